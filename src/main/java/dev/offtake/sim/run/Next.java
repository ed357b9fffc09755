package dev.offtake.sim.run;

import java.util.List;

/** What a gang will do if nothing happens to it before. */
sealed interface Next {
    /** When. */
    long at();

    /** It is done. */
    record End(GangRun gang, int version, long at) implements Next {}

    /** Its notice is over. */
    record Leave(GangRun gang, int notice, long at) implements Next {}

    /** The notice of some of its pods is over. */
    record Shrink(GangRun gang, List<String> pods, long at) implements Next {}
}
