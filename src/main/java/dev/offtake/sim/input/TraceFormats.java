package dev.offtake.sim.input;

import java.util.List;

/** All formats of traces that are read. */
final class TraceFormats {
    private static final List<TraceFormat> ALL =
            List.of(new OfftakeTrace(), new GangTrace(), new OpenbTrace(), new PhillyTrace(), new ParallelTrace());

    private TraceFormats() {}

    /** The format that has the columns of a table. */
    static TraceFormat of(Csv csv) {
        return ALL.stream()
                .filter(format -> csv.has(format.columns().toArray(String[]::new)))
                .findFirst()
                .orElseThrow(() -> unknown(csv));
    }

    private static InputException unknown(Csv csv) {
        StringBuilder known = new StringBuilder();
        ALL.forEach(f -> known.append("\n  ").append(f.name()).append(": ").append(String.join(",", f.columns())));
        return InputException.of(
                csv.file(),
                1,
                "has the columns " + String.join(",", csv.columns())
                        + ", which are those of no trace; have at least those of one format:" + known);
    }
}
