package dev.offtake.operator.act;

import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.ReasonText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why pods are taken back.
 *
 * @param words told to the user
 * @param avoid nodes that the gang is kept off
 * @param deadline until when its pods may run on; empty for as long as they ask for themselves
 */
public record Intent(Reason reason, String words, List<String> avoid, Optional<Instant> deadline) {
    public Intent {
        avoid = List.copyOf(avoid);
    }

    /** The scheduler refused one of them. */
    public static Intent of(Decision.RollBack rollBack) {
        Reason reason = Reason.of(
                Reason.Code.REFUSED_BY_SCHEDULER,
                "node",
                String.join(",", rollBack.nodes()),
                "words",
                rollBack.words());
        return new Intent(reason, rollBack.words(), rollBack.nodes(), Optional.empty());
    }

    /** It lacks nodes, and starts over elsewhere. */
    public static Intent of(Decision.StartOver startOver) {
        return new Intent(startOver.reason(), ReasonText.of(startOver.reason()), List.of(), Optional.empty());
    }

    /** Another needs the GPUs of some of them. */
    public static Intent of(Decision.Shrink shrink) {
        return new Intent(shrink.reason(), ReasonText.of(shrink.reason()), List.of(), Optional.of(shrink.deadline()));
    }

    /** Another needs their GPUs. */
    public static Intent of(Decision.Evict evict) {
        return new Intent(evict.reason(), ReasonText.of(evict.reason()), List.of(), Optional.of(evict.deadline()));
    }
}
