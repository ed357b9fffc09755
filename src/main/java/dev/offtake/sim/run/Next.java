package dev.offtake.sim.run;

import java.util.Set;

/** What a gang will do if nothing happens to it before. */
sealed interface Next {
    /** When. */
    long at();

    /** Whether something happened to the gang since that was planned, so that it will not do it. */
    boolean isVoid();

    /** It is done. */
    record End(GangRun gang, int version, long at) implements Next {
        @Override
        public boolean isVoid() {
            return gang.version != version;
        }
    }

    /** Its notice is over. */
    record Leave(GangRun gang, int notice, long at) implements Next {
        @Override
        public boolean isVoid() {
            return gang.leaving.isEmpty() || gang.notices != notice;
        }
    }

    /** The notice of some of its pods is over. */
    record Shrink(GangRun gang, Set<String> pods, long at) implements Next {
        public Shrink {
            pods = Set.copyOf(pods);
        }

        @Override
        public boolean isVoid() {
            return gang.bound.stream().noneMatch(pod -> pods.contains(gang.uid(pod)));
        }
    }
}
