package dev.offtake.operator.act;

import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.ReasonText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
        return until(shrink.deadline(), shrink.reason());
    }

    /**
     * Another needs their GPUs.
     *
     * @param reason what their user is told
     */
    public static Intent of(Decision.Evict evict, Reason reason) {
        return until(evict.deadline(), reason);
    }

    private static Intent until(Instant deadline, Reason reason) {
        String words = ReasonText.of(reason) + "; its pods that go have until "
                + deadline.truncatedTo(ChronoUnit.SECONDS) + " to end";
        return new Intent(reason, words, List.of(), Optional.of(deadline));
    }
}
