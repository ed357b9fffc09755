package dev.offtake.schedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The gangs by what is to be done about them, so that a round looks only at those that something happened to. */
final class Line {
    private final Waiting waiting;
    private final CompactWait compactWait = new CompactWait();
    private final Set<Gang> arrived = new LinkedHashSet<>();
    private final Set<Gang> seatable = new LinkedHashSet<>();
    private final Set<Gang> hungry = new LinkedHashSet<>();
    private final Set<Gang> newlyHungry = new LinkedHashSet<>();
    private final Set<Gang> troubled = new LinkedHashSet<>();
    private final Set<Gang> reclaiming = new LinkedHashSet<>();
    private final Set<Gang> planning = new LinkedHashSet<>();
    private final Set<Gang> borrowing = new LinkedHashSet<>();
    private final Set<Gang> newlyBorrowing = new LinkedHashSet<>();
    private long happened;

    /**
     * @param shares of those who wait
     * @param leastNode GPUs of the smallest node that any pool has
     */
    Line(Shares shares, IntSupplier leastNode) {
        waiting = new Waiting(shares, leastNode);
    }

    /** Something happened to this gang. One that waits keeps its place in the queue until it is asked for again. */
    void touch(Gang gang) {
        forgetToDo(gang);
        gang.ask(Optional.empty());
        if (gang.phase() != Gang.Phase.WAITING) {
            waiting.remove(gang);
        }
        switch (gang.phase()) {
            case WAITING -> arrived.add(gang);
            case PLACED -> {
                seatable.add(gang);
                hungry.add(gang);
                newlyHungry.add(gang);
                if (Promotion.isWanted(gang)) {
                    borrowing.add(gang);
                    newlyBorrowing.add(gang);
                }
            }
            case RECLAIMING -> {
                reclaiming.add(gang);
                seatable.add(gang);
            }
            case RECORDING, ROLLING_BACK, CLOSING -> {}
        }
        if (gang.plan().isPresent()) {
            planning.add(gang);
        }
        if (gang.pods().isAnyRefused()
                || gang.phase() == Gang.Phase.ROLLING_BACK
                || gang.refusedSince().isPresent()
                || gang.refusals().due().isPresent()) {
            troubled.add(gang);
        }
    }

    void forget(Gang gang) {
        waiting.remove(gang);
        forgetToDo(gang);
    }

    /** Another number after anything happened to any gang. */
    long happened() {
        return happened;
    }

    private void forgetToDo(Gang gang) {
        happened++;
        compactWait.forget(gang);
        arrived.remove(gang);
        seatable.remove(gang);
        hungry.remove(gang);
        newlyHungry.remove(gang);
        troubled.remove(gang);
        reclaiming.remove(gang);
        planning.remove(gang);
        borrowing.remove(gang);
        newlyBorrowing.remove(gang);
    }

    /** The queue, but for those that have arrived. */
    Waiting waiting() {
        return waiting;
    }

    /** For how long those in the queue want to be compact. */
    CompactWait compactWait() {
        return compactWait;
    }

    /** Waiting gangs to which something happened since they were last asked for. */
    List<Gang> takeArrived() {
        return take(arrived);
    }

    /** Gangs that may have pods without a seat, and seats for them. */
    List<Gang> takeSeatable() {
        return take(seatable);
    }

    /** Placed gangs that have pods for which there was no seat: all, or those to which something happened. */
    List<Gang> takeHungry(boolean all) {
        hungry.removeIf(g -> !Growth.isWanted(g));
        newlyHungry.retainAll(hungry);
        List<Gang> taken = new ArrayList<>(all ? hungry : newlyHungry);
        newlyHungry.clear();
        return taken;
    }

    /** Gangs that the scheduler refuses or refused of late, or that are being rolled back. */
    List<Gang> troubled() {
        return new ArrayList<>(troubled);
    }

    /** Gangs that wait for others to leave their seats. */
    List<Gang> reclaiming() {
        return new ArrayList<>(reclaiming);
    }

    /** Whether a gang is in a plan; one that is carried out needs no more of it. */
    boolean isInAnyPlan(Gang gang) {
        return plans().anyMatch(plan -> plan.everybody().contains(gang.id()));
    }

    /** Pods that are to go by a plan while their gangs go on, whether or not they were told. */
    Set<String> podsInPlans() {
        return plans().flatMap(plan -> plan.parts().stream())
                .flatMap(part -> part.pods().stream())
                .collect(Collectors.toSet());
    }

    private Stream<Plan> plans() {
        return planning.stream().filter(gang -> !gang.victimsGone()).flatMap(gang -> gang.plan().stream());
    }

    /** Placed gangs that have seats on loan which they would rather have of their own. */
    Collection<Gang> borrowing() {
        return borrowing;
    }

    /** Those of them to which something happened since this was asked. */
    List<Gang> takeNewlyBorrowing() {
        return take(newlyBorrowing);
    }

    private static List<Gang> take(Set<Gang> set) {
        List<Gang> taken = new ArrayList<>(set);
        set.clear();
        return taken;
    }
}
