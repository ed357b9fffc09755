package dev.offtake.translate;

import dev.offtake.schedule.Reason;
import java.util.Map;

/** Reasons in plain English: the arithmetic, and what to do about it where there is something. */
public final class ReasonText extends ReasonNumbers {
    private ReasonText(Map<String, String> numbers) {
        super(numbers);
    }

    /** One or two sentences without a full stop at the end. */
    public static String of(Reason reason) {
        ReasonText text = new ReasonText(reason.numbers());
        NoPlaceText noPlace = new NoPlaceText(reason.numbers());
        LeavingText leaving = new LeavingText(reason.numbers());
        return text.code(reason.code(), noPlace, leaving)
                + noPlace.norIsItLentAPlace()
                + leaving.asPodsCannotBeSpared();
    }

    private String code(Reason.Code code, NoPlaceText noPlace, LeavingText leaving) {
        return switch (code) {
            case NO_ACTIVE_CONTRACT -> noActiveContract();
            case NO_POOL_OF_CLASS -> noPoolOfClass();
            case QUOTA_REACHED -> quotaReached();
            case BEHIND_IN_QUEUE -> behindInQueue();
            case OWN_FRAGMENTATION -> noPlace.ownFragmentation();
            case INSUFFICIENT_GPUS -> noPlace.insufficientGpus();
            case INSUFFICIENT_WHOLE_CELLS -> noPlace.insufficientCells();
            case INSUFFICIENT_RESOURCES -> noPlace.insufficientResources();
            case CONSTRAINTS_MATCH_NO_NODE -> noPlace.constraints();
            case NEVER_FITS -> noPlace.neverFits();
            case NOT_COMPACT -> noPlace.notCompact();
            case PODS_NOT_CREATED -> podsNotCreated();
            case OTHER_GATES -> otherGates();
            case SEATS_TAKEN -> seatsTaken();
            case INVALID -> word("problem");
            case REFUSED_BY_SCHEDULER -> refused();
            case RECLAIMING -> leaving.reclaiming();
            case RECLAIMED -> leaving.reclaimed();
            case NODES_LOST -> leaving.nodesLost();
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
}
