package dev.offtake.translate;

import dev.offtake.placement.Refusal;
import dev.offtake.schedule.Reason;
import java.util.Map;

/** Why placement has no place for a gang, and what to do about it. */
final class NoPlaceText extends ReasonNumbers {
    NoPlaceText(Map<String, String> numbers) {
        super(numbers);
    }

    String ownFragmentation() {
        return inFragments() + when();
    }

    private String inFragments() {
        return "needs " + count("needed", "GPU") + "; " + word("freeInBound")
                + (number("freeInBound") == 1 ? " is" : " are") + " free inside the units that the commitment already"
                + " uses, but not in this shape, and " + amount("freeUnits", "more " + word("unit"))
                + (number("freeUnits") == 1 ? " is" : " are")
                + " free; let smaller work of the same commitment finish, or ask for smaller pods";
    }

    /** The contract owes more than the supply can give now. */
    private String supplyShort() {
        return "needs " + amount("needed", word("level")) + ", " + word("whole")
                + " can be given now: the supply covers "
                + word("entitled") + " of the " + word("committed")
                + " committed, the rest is missing, failed or cordoned";
    }

    String insufficientGpus() {
        return has("entitled") ? supplyShort() : shortOfGpus() + when();
    }

    private String shortOfGpus() {
        if (has(Refusal.LENT_UNTIL)) {
            return "needs " + count("needed", "GPU")
                    + ", which are there but lent to others, and nothing of them may be taken back before "
                    + unprotected();
        }
        if (has(Refusal.LATE_SINCE)) {
            return "needs " + count("needed", "GPU") + ", which are there but lent to others" + late();
        }
        String free = "needs " + count("needed", "GPU") + ", " + word("free") + " free";
        if (number("avoided") > 0) {
            return free + avoided();
        }
        if (number("promised") > 0 || number("unlent") > 0) {
            return free + ofOthers();
        }
        return number("free") < number("needed") ? free : free + ", but not in the shape that is asked for";
    }

    /** What of the free GPUs is not for it. */
    private String ofOthers() {
        String promised = number("promised") > 0 ? ", " + word("promised") + " of them promised to others" : "";
        return number("unlent") > 0
                ? promised + ", " + word("unlent")
                        + " of them to stay idle for contracts that do not lend (lending.policy)"
                : promised;
    }

    /** Work that was told to go, and does not. */
    private String late() {
        return ", who were to be gone by " + instant(Refusal.LATE_SINCE) + " and are still there: see whether node "
                + word(Refusal.LATE_NODE) + " answers, or what keeps its pod with uid " + word(Refusal.LATE_POD);
    }

    private String avoided() {
        return ", but the gang avoids " + count("avoided", "node") + " now, where the scheduler has refused it";
    }

    private String unprotected() {
        return instant(Refusal.LENT_UNTIL) + " (lending.minRuntime); nothing is to be done";
    }

    String insufficientCells() {
        return has("entitled") ? supplyShort() : shortOfCells() + when();
    }

    private String shortOfCells() {
        String level = word("level");
        if (has(Refusal.LENT_UNTIL)) {
            return "needs room for " + count("neededPods", "pod") + " in a " + level
                    + ", which is there but lent to others, and nothing of it may be taken back before "
                    + unprotected();
        }
        if (has(Refusal.LATE_SINCE)) {
            return "needs room for " + count("neededPods", "pod") + " in a " + level
                    + ", which is there but lent to others" + late();
        }
        if (has("cell")) {
            return "needs room for " + count("neededPods", "pod") + " in the " + level
                    + (word("cell").isEmpty() ? "" : " " + word("cell")) + " of the gang, which has room for "
                    + word("podsThatFit") + "; " + count("freeGpus", "GPU")
                    + " are free in all: a larger level in offtake.dev/topology lets a gang use them";
        }
        return "needs room for " + count("neededPods", "pod") + room(level) + word("podsThatFit") + besideOthers()
                + "; "
                + count("freeGpus", "GPU") + " are free in all" + ofOthers()
                + (number("avoided") > 0 ? avoided() : "") + ": "
                + (isAnywhere() && level.equals("node")
                        ? "make the gang or its pods smaller"
                        : "drop or widen offtake.dev/topology or offtake.dev/slice")
                + " to start sooner";
    }

    /** Of what the pods are too many. */
    private String room(String level) {
        if (isAnywhere()) {
            return (level.equals("node") ? ", each on one node" : " in slices, each in one " + level)
                    + "; there is room for ";
        }
        return ", the roomiest " + level + " has room for ";
    }

    /** It may be in several cells of the level. */
    private boolean isAnywhere() {
        return word("within").equals("pool");
    }

    /** Why it has no place though there is room for all of its pods. */
    private String besideOthers() {
        if (number("podsThatFit") < number("neededPods")) {
            return "";
        }
        return number("promised") > 0 || number("unlent") > 0
                ? ", but not beside the whole cells that are for others"
                : ", but not for all of them together";
    }

    String insufficientResources() {
        return shortOfResource(word("resource")) + when();
    }

    private String shortOfResource(String resource) {
        return "each pod needs " + ofResource("neededPerPod") + " " + resource + ", the most free on a node is "
                + ofResource("mostFreeOnANode") + "; GPUs are free for " + count("podsWithoutIt", "more pod")
                + " but lack " + resource + "; ask for less " + resource
                + " per pod, or wait until other pods there finish";
    }

    /** When a place may be free for a gang that has quota. */
    private String when() {
        if (has("cleared")) {
            return "; by declared ends the place with the least work in the way is free at " + instant("cleared");
        }
        return has("passedUntil")
                ? "; no declared end tells when, so later gangs may pass it until " + instant("passedUntil")
                : "";
    }

    String constraints() {
        String avoided = number("avoided") > 0
                ? ", " + word("avoided") + " avoided because the scheduler refused the gang there"
                : "";
        return "none of the " + word("nodes") + " nodes of the pools meets the pods' node selector, node affinity and"
                + " tolerations" + avoided + "; relax them, or tolerate the taints of the GPU nodes";
    }

    String neverFits() {
        if (has("mostOnANode")) {
            String resource = word("resource");
            return "each pod needs " + ofResource("neededPerPod") + " " + resource
                    + ", and of the nodes that it may use none has more than " + ofResource("mostOnANode")
                    + " even when empty; ask for less " + resource + " per pod";
        }
        String level = word("level");
        boolean pool = level.equals("pool");
        return "needs " + count("neededPods", "pod") + " (" + count("neededGpus", "GPU") + ") in one " + level
                + ", and "
                + (pool ? "the largest pool" : "a whole " + level) + " holds " + count("mostPods", "pod") + " ("
                + count("mostGpus", "GPU") + ") even when empty; make the gang smaller"
                + (pool ? "" : ", or name a larger level in offtake.dev/topology");
    }

    String notCompact() {
        return "idle GPUs would be lent to it, but in " + amount("cells", word("level")) + " and not in "
                + (number("mostCells") == 1 ? "one" : "at most " + word("mostCells"))
                + ", and it prefers to lie together; it waits for that until " + instant("until")
                + ", then it starts wherever there is room: drop offtake.dev/topology to start at once";
    }

    /** Of a gang that waits for a place of its own, and for a lent one as well. */
    String norIsItLentAPlace() {
        return has(Reason.COMPACT_UNTIL)
                ? "; until " + instant(Reason.COMPACT_UNTIL) + " it is lent idle GPUs only where it can lie together"
                : "";
    }
}
