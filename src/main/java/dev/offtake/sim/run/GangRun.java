package dev.offtake.sim.run;

import dev.offtake.placement.Shape;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.sim.input.Submission;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/** One gang of the trace on its way. Times are in milliseconds after the begin of the simulation. Mutable. */
final class GangRun {
    private static final String[] NO_NODES = {};

    final Submission submission;
    final GangId id;
    final GangRecord result;
    /** The node of each pod that is bound. */
    String[] nodes = NO_NODES;
    /** The number of the pool of each of them. */
    int[] pools = {};
    /** How often each pod was replaced, as part of its name. */
    int[] generations = {};

    final BitSet bound = new BitSet();
    /** Which of them run as Spot. */
    final BitSet lent = new BitSet();
    /** An end that was planned before an interruption is not the end. */
    int version;
    /** Of how many evictions it was told. */
    int notices;
    /** Why it is evicted: between the notice, and the instant from which it has pods again. */
    Optional<String> leaving = Optional.empty();
    /** What the scheduler said last about pods without a seat. */
    Optional<String> told = Optional.empty();

    private Optional<Shape> shape = Optional.empty();
    private int leastPods;
    private long runningSince = -1;
    private long saved;
    private Optional<Toll> before = Optional.empty();

    GangRun(Submission submission, GangId id) {
        this.submission = submission;
        this.id = id;
        result = new GangRecord(submission);
    }

    void submitted(GangSpec spec) {
        GangSpec.PodSet pods = spec.podSets().get(0);
        nodes = new String[pods.count()];
        Arrays.fill(nodes, "");
        generations = new int[pods.count()];
        pools = new int[pods.count()];
        leastPods = pods.minCount();
        shape = Optional.of(pods.shape());
    }

    /** What its pods ask for means this now. */
    void respecified(GangSpec spec) {
        shape = Optional.of(spec.podSets().get(0).shape());
    }

    /** What each of its pods takes, once it is submitted. */
    Shape shape() {
        return shape.orElseThrow();
    }

    int pods() {
        return nodes.length;
    }

    String podName(int pod) {
        return submission.gang() + "-" + pod;
    }

    String uid(int pod) {
        return id.namespace() + "/" + submission.gang() + "-" + pod + "." + generations[pod];
    }

    boolean isComplete() {
        return bound.cardinality() >= leastPods;
    }

    boolean isRunning() {
        return runningSince >= 0;
    }

    /** Begins to run, or runs on; answers when it ends if nothing happens to it. */
    long begin(long now) {
        runningSince = now;
        return now + restart() + submission.duration() - saved;
    }

    /** How long it takes now until there is progress. */
    private long restart() {
        return before.isPresent() ? submission.restart() : 0;
    }

    /**
     * Loses what was done since the last checkpoint.
     *
     * @param toll of the cause
     */
    void interrupt(Toll toll, long now) {
        stop(now);
        long worked = Math.max(0, now - runningSince - restart());
        long progress = saved + worked;
        long kept = submission.checkpoint() == 0
                ? saved
                : Math.max(saved, progress / submission.checkpoint() * submission.checkpoint());
        saved = kept;
        before = Optional.of(toll);
        runningSince = -1;
        version++;
        toll.interrupted(progress - kept);
    }

    /** Counts what a restart took, if there was one. */
    void stop(long now) {
        if (isRunning()) {
            before.ifPresent(toll -> toll.restarted(Math.min(restart(), now - runningSince)));
        }
    }

    /** It is over: what is needed of it only while it lasts is given back. */
    void close() {
        runningSince = -1;
        version++;
        leaving = Optional.empty();
        nodes = NO_NODES;
        generations = new int[0];
        pools = new int[0];
        bound.clear();
    }
}
