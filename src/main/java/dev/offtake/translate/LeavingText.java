package dev.offtake.translate;

import dev.offtake.schedule.Reason;
import java.util.Map;

/** Why a gang waits for others to leave, or has to leave itself. */
final class LeavingText extends ReasonNumbers {
    LeavingText(Map<String, String> numbers) {
        super(numbers);
    }

    String reclaiming() {
        if (has(Reason.RUNS)) {
            return "runs, and has seats for " + count("gpus", "GPU") + " more; Spot work of " + count("victims", "gang")
                    + " leaves them until " + instant("deadline")
                    + ", then its pods that wait start; nothing is to be done";
        }
        String who = has("priority") ? "work of lower priority of " : has("moved") ? "work of " : "Spot work of ";
        return "has its place for " + count("gpus", "GPU") + "; " + who + count("victims", "gang") + " leaves it until "
                + instant("deadline") + ", then it starts; nothing is to be done";
    }

    String nodesLost() {
        boolean one = word("lost").equals("1");
        return word("lost") + " of its " + count("pods", "pod")
                + (one
                        ? " has lost its node " + word("node")
                        : " have lost their nodes, " + word("node") + " among them")
                + ", and no others can be had beside the rest; as there is a place for the whole gang elsewhere, it is"
                + " stopped and starts again there by itself: write checkpoints and say so in offtake.dev/checkpoint to"
                + " lose less";
    }

    /** Of an elastic gang that could do more if its pods could be taken back one by one. */
    String asPodsCannotBeSpared() {
        String what = has("priority") ? "leaves its" : "gets and leaves lent";
        return has(Reason.SPARES_PODS)
                ? "; it " + what + " GPUs only as a whole, as a single pod that is taken back would be charged to"
                        + " its Job as a failure: give it a podFailurePolicy that ignores DisruptionTarget"
                : "";
    }

    String reclaimed() {
        if (has("moved")) {
            return "it is moved to make whole cells for a gang of " + amount("gpus", "gpu")
                    + " of the Reserved tier; it starts again by itself elsewhere:"
                    + " write checkpoints and say so in offtake.dev/checkpoint to lose less";
        }
        if (has("priority") && has("pods")) {
            return count("pods", "pod") + " of it ran on GPUs that " + word("tier") + " work of priority "
                    + word("priority") + " (" + count("gpus", "GPU") + ") on the same commitment needs now; the gang"
                    + " goes on with the others, and grows again by itself when the commitment has room";
        }
        if (has("priority")) {
            return "ran on GPUs that " + word("tier") + " work of priority " + word("priority") + " ("
                    + count("gpus", "GPU") + ") on the same commitment needs now; "
                    + comesBack("keeps its age and starts again by itself when the commitment has room")
                    + ", or raise offtake.dev/priority";
        }
        if (has("pods")) {
            return count("pods", "pod") + " of it ran as Spot on GPUs that " + word("tier") + " work ("
                    + count("gpus", "GPU") + ") needs now; the gang goes on with the others, and grows again by itself"
                    + " when GPUs are idle";
        }
        return "ran as Spot on GPUs that " + word("tier") + " work (" + count("gpus", "GPU") + ") needs now; "
                + comesBack("waits for idle GPUs and starts again by itself")
                + ", or accept Reserved in offtake.dev/tier where the contract has room";
    }

    private String comesBack(String how) {
        return has(Reason.MADE_ANEW)
                ? "nobody makes its pods anew: do so yourself, or have a Job do it, which waits and starts again"
                : "it " + how + ": write checkpoints and say so in offtake.dev/checkpoint to lose less";
    }
}
