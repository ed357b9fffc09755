package dev.offtake.sim.input;

import java.util.List;
import java.util.Optional;

/** A kind of trace, recognised by its columns. */
interface TraceFormat {
    /** All that are known. */
    List<TraceFormat> ALL = List.of(new OfftakeTrace(), new GangTrace(), new PhillyTrace(), new ParallelTrace());

    /** Columns without which it is another format. */
    List<String> columns();

    /** Reads a table that has the {@link #columns}. */
    Trace read(Csv csv, Settings settings);

    /**
     * What a trace does not say.
     *
     * @param tenant whose work all of it is; empty for whom the trace names
     */
    record Settings(PodSplit split, Optional<String> tenant) {}

    /** Reads a table of any known format. */
    static Trace readAny(Csv csv, Settings settings) {
        for (TraceFormat format : ALL) {
            if (csv.has(format.columns().toArray(String[]::new))) {
                return format.read(csv, settings);
            }
        }
        StringBuilder known = new StringBuilder();
        ALL.forEach(f -> known.append("\n  ").append(String.join(",", f.columns())));
        throw InputException.of(
                csv.file(),
                1,
                "has the columns " + String.join(",", csv.columns())
                        + ", which are those of no trace; have at least those of one line:" + known);
    }
}
