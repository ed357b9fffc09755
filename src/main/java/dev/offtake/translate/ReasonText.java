package dev.offtake.translate;

import dev.offtake.placement.Refusal;
import dev.offtake.schedule.Reason;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reasons in plain English: the arithmetic, and what to do about it where there is something. */
public final class ReasonText {
    private static final Set<String> BYTES = Set.of("memory", "ephemeral-storage");

    private final Map<String, String> numbers;

    private ReasonText(Map<String, String> numbers) {
        this.numbers = numbers;
    }

    /** One or two sentences without a full stop at the end. */
    public static String of(Reason reason) {
        ReasonText text = new ReasonText(reason.numbers());
        return code(reason, text) + text.norIsItLentAPlace() + text.asPodsCannotBeSpared();
    }

    private static String code(Reason reason, ReasonText text) {
        return switch (reason.code()) {
            case NO_ACTIVE_CONTRACT -> text.noActiveContract();
            case NO_POOL_OF_CLASS -> text.noPoolOfClass();
            case QUOTA_REACHED -> text.quotaReached();
            case BEHIND_IN_QUEUE -> text.behindInQueue();
            case OWN_FRAGMENTATION -> text.ownFragmentation() + text.when();
            case INSUFFICIENT_GPUS -> text.has("entitled") ? text.supplyShort() : text.insufficientGpus() + text.when();
            case INSUFFICIENT_WHOLE_CELLS ->
                text.has("entitled") ? text.supplyShort() : text.insufficientCells() + text.when();
            case INSUFFICIENT_RESOURCES -> text.insufficientResources() + text.when();
            case CONSTRAINTS_MATCH_NO_NODE -> text.constraints();
            case NEVER_FITS -> text.neverFits();
            case NOT_COMPACT -> text.notCompact();
            case PODS_NOT_CREATED -> text.podsNotCreated();
            case OTHER_GATES -> text.otherGates();
            case SEATS_TAKEN -> text.seatsTaken();
            case INVALID -> text.word("problem");
            case REFUSED_BY_SCHEDULER -> text.refused();
            case RECLAIMING -> text.reclaiming();
            case RECLAIMED -> text.reclaimed();
            case NODES_LOST -> text.nodesLost();
        };
    }

    private String noActiveContract() {
        if (!word("classesUnderContract").isEmpty() && !word("class").isEmpty()) {
            return "no active contract of tenant " + word("tenant") + " has class "
                    + word("class").replace(",", ", ") + "; use one of "
                    + word("classesUnderContract").replace(",", ", ") + " in offtake.dev/gpu-class";
        }
        if (word("tenant").isEmpty()) {
            return "label offtake.dev/tenant of the namespace is empty; it must name the tenant of a TenantContract";
        }
        return "tenant " + word("tenant")
                + " has no contract that is active now; a TenantContract of this tenant must be"
                + " admitted (condition Feasible) and in its term";
    }

    private String noPoolOfClass() {
        String gpuClass = word("class").isEmpty() ? "the class that is asked for" : "class " + word("class");
        if (has("tenant")) {
            return "no active contract of tenant " + word("tenant") + " has " + gpuClass
                    + " in a tier that is accepted; set offtake.dev/gpu-class and offtake.dev/tier to what the contract"
                    + " has";
        }
        return "no GPUPool of " + gpuClass + " has level " + word("unit")
                + ", the unit of the commitment; apply one, or" + " declare the size of that level in spec.topology";
    }

    private String quotaReached() {
        boolean onDemand = word("tier").equals("OnDemand");
        String arithmetic = "needs " + amount("needed", word("unit")) + (onDemand ? " on demand, " : ", ")
                + word("free") + " of " + word("committed") + " free: " + word("claimed")
                + (onDemand ? " in use" : " claimed");
        if (number("needed") > number("committed")) {
            return arithmetic + "; that is more than the " + (onDemand ? "on-demand limit" : "commitment")
                    + " ever has: make the gang smaller, or extend the contract";
        }
        return arithmetic + "; it starts when enough of them are given back"
                + (has("start") ? ", by declared ends not before " + instant("start") : "")
                + (onDemand ? "" : ", or accept OnDemand in offtake.dev/tier if the contract has a limit for it")
                + (has("passedUntil")
                        ? "; no declared end tells when, so later gangs pass it until " + instant("passedUntil")
                                + ", and from then on all that is free is kept for it"
                        : "");
    }

    private String behindInQueue() {
        return "needs " + amount("needed", word("unit")) + ", " + word("free") + " free, but " + kept()
                + (has("keptSince") ? ", and since " + instant("keptSince") + " nobody passes the first of them" : "")
                + (has("endBy")
                        ? "; it passes them if it ends by " + instant("endBy")
                                + ": declare that in offtake.dev/duration"
                        : "");
    }

    private String kept() {
        String gangs = "gangs " + (has(Reason.SUB_TENANT) ? "of " + belowItsShare() : "that came before");
        String units = word("kept") + (number("kept") == 1 ? " is" : " are") + " kept for " + gangs;
        if (!has("keptNodes")) {
            return units;
        }
        String nodes = number("keptNodes") == 1 ? "the node is kept" : "the " + word("keptNodes") + " nodes are kept";
        return number("kept") > 0
                ? units + ", and " + nodes + " that would fit the first of them"
                : nodes + " that would fit the first of the " + gangs;
    }

    private String belowItsShare() {
        String who = word(Reason.SUB_TENANT).isEmpty()
                ? "the namespaces without a sub-tenant"
                : "sub-tenant " + word(Reason.SUB_TENANT);
        return who + ", further below the share by weight: " + count("subTenantGpus", "GPU") + " in use at weight "
                + word("subTenantWeight") + ", here " + word("ownGpus") + " at weight " + word("ownWeight");
    }

    private String ownFragmentation() {
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

    private String insufficientGpus() {
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

    private String insufficientCells() {
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

    private String insufficientResources() {
        String resource = word("resource");
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

    private String constraints() {
        String avoided = number("avoided") > 0
                ? ", " + word("avoided") + " avoided because the scheduler refused the gang there"
                : "";
        return "none of the " + word("nodes") + " nodes of the pools meets the pods' node selector, node affinity and"
                + " tolerations" + avoided + "; relax them, or tolerate the taints of the GPU nodes";
    }

    private String neverFits() {
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

    private String notCompact() {
        return "idle GPUs would be lent to it, but in " + amount("cells", word("level")) + " and not in "
                + (number("mostCells") == 1 ? "one" : "at most " + word("mostCells"))
                + ", and it prefers to lie together; it waits for that until " + instant("until")
                + ", then it starts wherever there is room: drop offtake.dev/topology to start at once";
    }

    /** Of a gang that waits for a place of its own, and for a lent one as well. */
    private String norIsItLentAPlace() {
        return has(Reason.COMPACT_UNTIL)
                ? "; until " + instant(Reason.COMPACT_UNTIL) + " it is lent idle GPUs only where it can lie together"
                : "";
    }

    private String podsNotCreated() {
        return word("created") + " of " + count("needed", "pod") + " exist; the gang is placed when all of them do"
                + " (a StatefulSet needs podManagementPolicy: Parallel; a quota or policy may refuse pods, see the"
                + " events of their owner)";
    }

    private String otherGates() {
        boolean one = number("pods") == 1;
        return count("pods", "pod") + (one ? " is" : " are") + " also held by scheduling gates of others ("
                + word("gates").replace(",", ", ") + "); the gang is placed when they are removed";
    }

    private String seatsTaken() {
        String taken = "all " + count("seats", "seat") + " of the gang are taken";
        if (number("terminating") == 0) {
            return taken + "; for more pods at a time raise the parallelism of the Job, or offtake.dev/pods";
        }
        return taken + ", " + word("terminating") + " of them by "
                + (number("terminating") == 1
                        ? "a pod that is being deleted; its successor starts when it is gone"
                        : "pods that are being deleted; their successors start when they are gone");
    }

    private String refused() {
        String nodes = word("node").isEmpty()
                ? ""
                : " on " + word("node").replace(",", ", ") + ", which is avoided for it now";
        return "the scheduler refused the gang" + nodes + ": " + word("words");
    }

    private String reclaiming() {
        if (has(Reason.RUNS)) {
            return "runs, and has seats for " + count("gpus", "GPU") + " more; Spot work of " + count("victims", "gang")
                    + " leaves them until " + instant("deadline")
                    + ", then its pods that wait start; nothing is to be done";
        }
        String who = has("priority") ? "work of lower priority of " : has("moved") ? "work of " : "Spot work of ";
        return "has its place for " + count("gpus", "GPU") + "; " + who + count("victims", "gang") + " leaves it until "
                + instant("deadline") + ", then it starts; nothing is to be done";
    }

    private String nodesLost() {
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
    private String asPodsCannotBeSpared() {
        String what = has("priority") ? "leaves its" : "gets and leaves lent";
        return has(Reason.SPARES_PODS)
                ? "; it " + what + " GPUs only as a whole, as a single pod that is taken back would be charged to"
                        + " its Job as a failure: give it a podFailurePolicy that ignores DisruptionTarget"
                : "";
    }

    private String reclaimed() {
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

    private boolean has(String name) {
        return numbers.containsKey(name);
    }

    /** In whole seconds: nobody reads nanoseconds. The numbers have them. */
    private String instant(String name) {
        return word(name).replaceFirst("\\.\\d+Z$", "Z");
    }

    private String word(String name) {
        return numbers.getOrDefault(name, "");
    }

    private long number(String name) {
        @Nullable String text = numbers.get(name);
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }

    /** {@code 1 rack}, {@code 2 racks}; GPUs are written in capitals. */
    private String amount(String name, String unit) {
        return count(name, unit.endsWith("gpu") ? unit.substring(0, unit.length() - 3) + "GPU" : unit);
    }

    private String count(String name, String noun) {
        return word(name) + " " + noun + (number(name) == 1 ? "" : "s");
    }

    private String ofResource(String name) {
        String resource = word("resource");
        if (resource.equals("cpu")) {
            return String.valueOf(Math.round(number(name) / 10.0) / 100.0).replaceAll("\\.0$", "");
        }
        if (BYTES.contains(resource)) {
            return Math.round(number(name) / 1024.0 / 1024.0 / 1024.0 * 10) / 10.0 + "Gi";
        }
        return word(name);
    }
}
