package dev.offtake.sim.input;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A kind of trace, recognised by its columns. */
interface TraceFormat {
    /** What people call it. */
    String name();

    /** Columns without which it is another format. */
    List<String> columns();

    /** Reads a table that has the {@link #columns}. */
    Trace read(Csv csv, Settings settings);

    /**
     * Adds nodes, pools and contracts from files beside the trace; answers whether the format has such files.
     *
     * @param tenant whose work all of it is; empty for whom the trace names
     */
    default boolean addSite(ManifestReader manifests, Path directory, Optional<String> tenant) {
        return false;
    }

    /**
     * What a trace does not say.
     *
     * @param tenant whose work all of it is; empty for whom the trace names
     * @param gpuClasses that there are, in the order in which work takes them that accepts any
     */
    record Settings(Optional<String> tenant, List<String> gpuClasses) {
        public Settings {
            gpuClasses = List.copyOf(gpuClasses);
        }
    }
}
