package dev.offtake.operator.act;

import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.OfftakeNames;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What is known of one {@code GPUWorkload}. Guarded by itself. */
final class RecordEntry {
    boolean exists;
    /** Whether it was deleted, and only finalizers keep it. */
    boolean deleting;
    /** Whether it is let go for one of the same name. */
    boolean hasSuccessor;
    /** Uid of what it goes with. */
    Optional<String> owner = Optional.empty();
    /** How often the gang was given a place. */
    int places;

    List<String> finalizers = List.of(OfftakeNames.FINALIZER);
    /** Whether it is being let go; its finalizers are as they were until that is done. */
    boolean releasing;
    /** How often the gang had been given a place when it was to be let go. */
    int placesLeft;

    Optional<GPUWorkloadSpec> spec = Optional.empty();
    Optional<GPUWorkloadStatus> status = Optional.empty();
    CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);

    /** Whether its gang has a place by it. */
    boolean hasPlace() {
        return status.filter(is -> !is.placement().isEmpty() && is.phase() != GPUWorkloadStatus.Phase.FINISHED)
                .isPresent();
    }

    /** It is gone; answers whether nothing more is to be known of it. */
    synchronized boolean isGone() {
        boolean over = !hasSuccessor;
        hasSuccessor = false;
        return over;
    }

    /** It goes, and what is written from now on is about the next one of its name. */
    synchronized void isSucceeded() {
        hasSuccessor = true;
        exists = false;
        deleting = false;
        spec = Optional.empty();
        finalizers = List.of(OfftakeNames.FINALIZER);
    }
}
