package dev.offtake.operator.act;

import dev.offtake.schedule.GangId;

/** What became of writes; called on any thread. */
public interface Feedback {
    void recorded(GangId gang);

    void recordFailed(GangId gang);

    void releaseFailed(GangId gang, String podUid);

    /** The pod is still there, and was not told to go. */
    void shrinkFailed(GangId gang, String podUid);

    /** The pod was bound after all, before it could be taken back. */
    void rollBackFailed(GangId gang);
}
