package dev.offtake.sim.input;

import dev.offtake.schedule.ContractView;
import dev.offtake.translate.ShortageText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A commitment of which less can be had than is promised for some time, though no work is there and nothing fails.
 *
 * @param shortage cells of the commitment's unit
 * @param promisedGpus of the class, by all contracts
 * @param presentGpus of the class; empty where no pool is of it
 * @param until empty where that does not end
 */
public record Oversold(
        ContractView.Shortage shortage,
        long promisedGpus,
        Optional<Long> presentGpus,
        Instant from,
        Optional<Instant> until) {
    private static final int MOST = 10;

    Oversold until(Instant end) {
        return new Oversold(shortage, promisedGpus, presentGpus, from, Optional.of(end));
    }

    /** Whether it says of another time what this one says. */
    boolean isSame(Oversold other) {
        return shortage.equals(other.shortage)
                && promisedGpus == other.promisedGpus
                && presentGpus.equals(other.presentGpus);
    }

    private String text() {
        return "oversold: contract " + shortage.commitment().contract() + ": " + ShortageText.of(shortage) + " from "
                + from
                + until.map(end -> " to " + end).orElse(" on") + "; of the class, "
                + presentGpus
                        .map(present -> promisedGpus + " GPUs are promised and " + present + " there")
                        .orElse("there is no GPUPool");
    }

    /** In words; the rest of very many is counted. */
    static List<String> notes(List<Oversold> all) {
        List<String> notes = new ArrayList<>();
        all.stream().limit(MOST).map(Oversold::text).forEach(notes::add);
        if (all.size() > MOST) {
            notes.add("oversold: and " + (all.size() - MOST) + " more; the summary has all of them");
        }
        return notes;
    }
}
