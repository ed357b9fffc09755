package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.Reason;
import dev.offtake.schedule.Reason.Code;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTextTest {
    static Stream<Arguments> reasons() {
        return Stream.of(
                told(
                        "tenant acme has no contract that is active now; a TenantContract of this tenant must be admitted"
                                + " (condition Feasible) and in its term",
                        Code.NO_ACTIVE_CONTRACT,
                        "tenant",
                        "acme",
                        "class",
                        ""),
                told(
                        "label offtake.dev/tenant of the namespace is empty; it must name the tenant of a TenantContract",
                        Code.NO_ACTIVE_CONTRACT,
                        "tenant",
                        "",
                        "class",
                        ""),
                told(
                        "no active contract of tenant acme has class l40s in a tier that is accepted; set"
                                + " offtake.dev/gpu-class and offtake.dev/tier to what the contract has",
                        Code.NO_POOL_OF_CLASS,
                        "tenant",
                        "acme",
                        "class",
                        "l40s"),
                told(
                        "no GPUPool of class l40s has level rack, the unit of the commitment; apply one, or declare the"
                                + " size of that level in spec.topology",
                        Code.NO_POOL_OF_CLASS,
                        "class",
                        "l40s",
                        "unit",
                        "rack"),
                told(
                        "no active contract of tenant acme has class b200-sxm; use one of gb300-nvl72, h100-sxm in"
                                + " offtake.dev/gpu-class",
                        Code.NO_ACTIVE_CONTRACT,
                        "tenant",
                        "acme",
                        "class",
                        "b200-sxm",
                        "classesUnderContract",
                        "gb300-nvl72,h100-sxm"),
                told(
                        "idle GPUs would be lent to it, but in 3 racks and not in one, and it prefers to lie together; it"
                                + " waits for that until 2026-01-01T04:00:00Z, then it starts wherever there is room:"
                                + " drop offtake.dev/topology to start at once",
                        Code.NOT_COMPACT,
                        "level",
                        "rack",
                        "cells",
                        "3",
                        "mostCells",
                        "1",
                        "until",
                        "2026-01-01T04:00:00Z"),
                told(
                        "needs 1 rack, 0 of 2 free: 2 claimed; it starts when enough of them are given back, or accept"
                                + " OnDemand in offtake.dev/tier if the contract has a limit for it",
                        Code.QUOTA_REACHED,
                        "tier",
                        "Reserved",
                        "unit",
                        "rack",
                        "needed",
                        "1",
                        "free",
                        "0",
                        "claimed",
                        "2",
                        "committed",
                        "2"),
                told(
                        "needs 64 GPUs, 32 of 64 free: 32 claimed; it starts when enough of them are given back, or"
                                + " accept OnDemand in offtake.dev/tier if the contract has a limit for it; no declared end"
                                + " tells when, so later gangs pass it until 2026-03-01T12:00:00Z, and from then on all that"
                                + " is free is kept for it",
                        Code.QUOTA_REACHED,
                        "tier",
                        "Reserved",
                        "unit",
                        "gpu",
                        "needed",
                        "64",
                        "free",
                        "32",
                        "claimed",
                        "32",
                        "committed",
                        "64",
                        "passedUntil",
                        "2026-03-01T12:00:00Z"),
                told(
                        "needs 8 GPUs, 32 free, but 64 are kept for gangs that came before, and since"
                                + " 2026-03-01T12:00:00Z nobody passes the first of them",
                        Code.BEHIND_IN_QUEUE,
                        "unit",
                        "gpu",
                        "needed",
                        "8",
                        "free",
                        "32",
                        "kept",
                        "64",
                        "keptSince",
                        "2026-03-01T12:00:00Z"),
                told(
                        "needs 1 rack, 0 free, but 1 is kept for gangs that came before, and the 4 nodes are kept that"
                                + " would fit the first of them",
                        Code.BEHIND_IN_QUEUE,
                        "unit",
                        "rack",
                        "needed",
                        "1",
                        "free",
                        "0",
                        "kept",
                        "1",
                        "keptNodes",
                        "4"),
                told(
                        "needs 4 GPUs, 8 free, but the node is kept that would fit the first of the gangs that came"
                                + " before",
                        Code.BEHIND_IN_QUEUE,
                        "unit",
                        "gpu",
                        "needed",
                        "4",
                        "free",
                        "8",
                        "kept",
                        "0",
                        "keptNodes",
                        "1"),
                told(
                        "needs 8 GPUs, 8 free, but 32 are kept for gangs of the namespaces without a sub-tenant, further"
                                + " below the share by weight: 1 GPU in use at weight 1, here 40 at weight 3",
                        Code.BEHIND_IN_QUEUE,
                        "unit",
                        "gpu",
                        "needed",
                        "8",
                        "free",
                        "8",
                        "kept",
                        "32",
                        "subTenant",
                        "",
                        "subTenantGpus",
                        "1",
                        "subTenantWeight",
                        "1",
                        "ownGpus",
                        "40",
                        "ownWeight",
                        "3"),
                told(
                        "needs 8 GPUs, 32 free, but 64 are kept for gangs that came before; it passes them if it ends by"
                                + " 2026-03-01T12:00:00Z: declare that in offtake.dev/duration",
                        Code.BEHIND_IN_QUEUE,
                        "unit",
                        "gpu",
                        "needed",
                        "8",
                        "free",
                        "32",
                        "kept",
                        "64",
                        "endBy",
                        "2026-03-01T12:00:00Z"),
                told(
                        "needs 3 racks, 2 of 2 free: 0 claimed; that is more than the commitment ever has: make the gang"
                                + " smaller, or extend the contract",
                        Code.QUOTA_REACHED,
                        "tier",
                        "Reserved",
                        "unit",
                        "rack",
                        "needed",
                        "3",
                        "free",
                        "2",
                        "claimed",
                        "0",
                        "committed",
                        "2"),
                told(
                        "needs 8 GPUs on demand, 4 of 64 free: 60 in use; it starts when enough of them are given back",
                        Code.QUOTA_REACHED,
                        "tier",
                        "OnDemand",
                        "unit",
                        "gpu",
                        "needed",
                        "8",
                        "free",
                        "4",
                        "claimed",
                        "60",
                        "committed",
                        "64"),
                told(
                        "needs 80 GPUs on demand, 64 of 64 free: 0 in use; that is more than the on-demand limit ever has:"
                                + " make the gang smaller, or extend the contract",
                        Code.QUOTA_REACHED,
                        "tier",
                        "OnDemand",
                        "unit",
                        "gpu",
                        "needed",
                        "80",
                        "free",
                        "64",
                        "claimed",
                        "0",
                        "committed",
                        "64"),
                told(
                        "needs 2 racks, 3 free, but 2 are kept for gangs that came before",
                        Code.BEHIND_IN_QUEUE,
                        "unit",
                        "rack",
                        "needed",
                        "2",
                        "free",
                        "3",
                        "kept",
                        "2"),
                told(
                        "needs 8 GPUs; 12 are free inside the units that the commitment already uses, but not in this"
                                + " shape, and 0 more racks are free; let smaller work of the same commitment finish, or ask"
                                + " for smaller pods",
                        Code.OWN_FRAGMENTATION,
                        "unit",
                        "rack",
                        "needed",
                        "8",
                        "freeInBound",
                        "12",
                        "freeUnits",
                        "0"),
                told(
                        "needs 3 racks, 1 can be given now: the supply covers 3 of the 4 committed, the rest is missing,"
                                + " failed or cordoned",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "rack",
                        "needed",
                        "3",
                        "whole",
                        "1",
                        "entitled",
                        "3",
                        "committed",
                        "4"),
                told(
                        "needs 1 GPU, 0 can be given now: the supply covers 3 of the 4 committed, the rest is missing,"
                                + " failed or cordoned",
                        Code.INSUFFICIENT_GPUS,
                        "level",
                        "gpu",
                        "needed",
                        "1",
                        "whole",
                        "0",
                        "entitled",
                        "3",
                        "committed",
                        "4"),
                told(
                        "needs 16 GPUs, 40 free, 30 of them promised to others",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "16",
                        "free",
                        "40",
                        "promised",
                        "30"),
                told(
                        "needs 2 GPUs, 19 free, but the gang avoids 3 nodes now, where the scheduler has refused it",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "2",
                        "free",
                        "19",
                        "promised",
                        "11",
                        "avoided",
                        "3"),
                told(
                        "needs 16 GPUs, 40 free, but not in the shape that is asked for",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "16",
                        "free",
                        "40",
                        "promised",
                        "0"),
                told(
                        "needs room for 16 pods, the roomiest rack has room for 12; 96 GPUs are free in all: drop or widen"
                                + " offtake.dev/topology or offtake.dev/slice to start sooner",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "rack",
                        "neededPods",
                        "16",
                        "podsThatFit",
                        "12",
                        "freeGpus",
                        "96"),
                told(
                        "needs 40 GPUs, 64 free, 32 of them to stay idle for contracts that do not lend (lending.policy)",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "40",
                        "free",
                        "64",
                        "promised",
                        "0",
                        "unlent",
                        "32"),
                told(
                        "needs room for 3 pods, each on one node; there is room for 2; 26 GPUs are free in all: make the gang or its"
                                + " pods smaller to start sooner",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "node",
                        "within",
                        "pool",
                        "neededPods",
                        "3",
                        "podsThatFit",
                        "2",
                        "freeGpus",
                        "26"),
                told(
                        "needs room for 7 pods, each on one node; there is room for 10, but not beside the whole cells that are for"
                                + " others; 94 GPUs are free in all, 32 of them promised to others: make the gang or its pods smaller"
                                + " to start sooner",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "node",
                        "within",
                        "pool",
                        "neededPods",
                        "7",
                        "podsThatFit",
                        "10",
                        "freeGpus",
                        "94",
                        "promised",
                        "32"),
                told(
                        "needs room for 4 pods, the roomiest rack has room for 4, but not beside the whole cells that are for others;"
                                + " 94 GPUs are free in all, 32 of them promised to others: drop or widen offtake.dev/topology or"
                                + " offtake.dev/slice to start sooner",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "rack",
                        "within",
                        "rack",
                        "neededPods",
                        "4",
                        "podsThatFit",
                        "4",
                        "freeGpus",
                        "94",
                        "promised",
                        "32"),
                told(
                        "needs room for 6 pods in slices, each in one rack; there is room for 3; 40 GPUs are free in all: drop or"
                                + " widen offtake.dev/topology or offtake.dev/slice to start sooner",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "rack",
                        "within",
                        "pool",
                        "neededPods",
                        "6",
                        "podsThatFit",
                        "3",
                        "freeGpus",
                        "40"),
                told(
                        "needs room for 4 pods, the roomiest rack has room for 3; 40 GPUs are free in all: drop or widen"
                                + " offtake.dev/topology or offtake.dev/slice to start sooner; by declared ends the place with"
                                + " the least work in the way is free at 2026-01-01T01:00:00Z",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "rack",
                        "neededPods",
                        "4",
                        "podsThatFit",
                        "3",
                        "freeGpus",
                        "40",
                        "cleared",
                        "2026-01-01T01:00:00Z"),
                told(
                        "needs 8 GPUs, 9 free, but not in the shape that is asked for; no declared end tells when, so later"
                                + " gangs may pass it until 2026-01-08T00:00:00Z",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "8",
                        "free",
                        "9",
                        "passedUntil",
                        "2026-01-08T00:00:00Z"),
                told(
                        "needs room for 1 pod in the rack c7 of the gang, which has room for 0; 96 GPUs are free in all: a"
                                + " larger level in offtake.dev/topology lets a gang use them",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "rack",
                        "neededPods",
                        "1",
                        "podsThatFit",
                        "0",
                        "freeGpus",
                        "96",
                        "cell",
                        "c7"),
                told(
                        "each pod needs 64 cpu, the most free on a node is 12.5; GPUs are free for 8 more pods but lack cpu; ask for less"
                                + " cpu per pod, or wait until other pods there finish",
                        Code.INSUFFICIENT_RESOURCES,
                        "resource",
                        "cpu",
                        "neededPerPod",
                        "64000",
                        "mostFreeOnANode",
                        "12500",
                        "podsWithoutIt",
                        "8"),
                told(
                        "each pod needs 800.0Gi memory, the most free on a node is 0.5Gi; GPUs are free for 8 more pods but lack memory;"
                                + " ask for less memory per pod, or wait until other pods there finish",
                        Code.INSUFFICIENT_RESOURCES,
                        "resource",
                        "memory",
                        "neededPerPod",
                        "858993459200",
                        "mostFreeOnANode",
                        "536870912",
                        "podsWithoutIt",
                        "8"),
                told(
                        "none of the 36 nodes of the pools meets the pods' node selector, node affinity and tolerations;"
                                + " relax them, or tolerate the taints of the GPU nodes",
                        Code.CONSTRAINTS_MATCH_NO_NODE,
                        "nodes",
                        "36",
                        "avoided",
                        "0"),
                told(
                        "none of the 36 nodes of the pools meets the pods' node selector, node affinity and tolerations, 2"
                                + " avoided because the scheduler refused the gang there; relax them, or tolerate the taints"
                                + " of the GPU nodes",
                        Code.CONSTRAINTS_MATCH_NO_NODE,
                        "nodes",
                        "36",
                        "avoided",
                        "2"),
                told(
                        "each pod needs 1000 cpu, and of the nodes that it may use none has more than 192 even when empty;"
                                + " ask for less cpu per pod",
                        Code.NEVER_FITS,
                        "resource",
                        "cpu",
                        "neededPerPod",
                        "1000000",
                        "mostOnANode",
                        "192000",
                        "level",
                        "pool",
                        "mostPods",
                        "0"),
                told(
                        "needs 32 pods (128 GPUs) in one rack, and a whole rack holds 18 pods (72 GPUs) even when empty;"
                                + " make the gang smaller, or name a larger level in offtake.dev/topology",
                        Code.NEVER_FITS,
                        "level",
                        "rack",
                        "neededPods",
                        "32",
                        "neededGpus",
                        "128",
                        "mostPods",
                        "18",
                        "mostGpus",
                        "72"),
                told(
                        "needs 32 pods (128 GPUs) in one pool, and the largest pool holds 1 pod (4 GPUs) even when empty;"
                                + " make the gang smaller",
                        Code.NEVER_FITS,
                        "level",
                        "pool",
                        "neededPods",
                        "32",
                        "neededGpus",
                        "128",
                        "mostPods",
                        "1",
                        "mostGpus",
                        "4"),
                told(
                        "2 of 4 pods exist; the gang is placed when all of them do (a StatefulSet needs"
                                + " podManagementPolicy: Parallel; a quota or policy may refuse pods, see the events of"
                                + " their owner)",
                        Code.PODS_NOT_CREATED,
                        "created",
                        "2",
                        "needed",
                        "4"),
                told(
                        "1 pod is also held by scheduling gates of others (a/x, b/y); the gang is placed when they are"
                                + " removed",
                        Code.OTHER_GATES,
                        "pods",
                        "1",
                        "gates",
                        "a/x,b/y"),
                told(
                        "all 4 seats of the gang are taken, 1 of them by a pod that is being deleted; its successor starts"
                                + " when it is gone",
                        Code.SEATS_TAKEN,
                        "seats",
                        "4",
                        "terminating",
                        "1"),
                told(
                        "all 4 seats of the gang are taken, 2 of them by pods that are being deleted; their successors"
                                + " start when they are gone",
                        Code.SEATS_TAKEN,
                        "seats",
                        "4",
                        "terminating",
                        "2"),
                told(
                        "all 4 seats of the gang are taken; for more pods at a time raise the parallelism of the Job, or"
                                + " offtake.dev/pods",
                        Code.SEATS_TAKEN,
                        "seats",
                        "4",
                        "terminating",
                        "0"),
                told("what is wrong", Code.INVALID, "problem", "what is wrong"),
                told(
                        "the scheduler refused the gang on n1, n2, which is avoided for it now: 0/5 nodes are available",
                        Code.REFUSED_BY_SCHEDULER,
                        "node",
                        "n1,n2",
                        "words",
                        "0/5 nodes are available"),
                told(
                        "the scheduler refused the gang: 0/5 nodes are available",
                        Code.REFUSED_BY_SCHEDULER,
                        "node",
                        "",
                        "words",
                        "0/5 nodes are available"),
                told(
                        "has its place for 16 GPUs; Spot work of 1 gang leaves it until 2026-03-01T00:02:00Z, then it"
                                + " starts; nothing is to be done",
                        Code.RECLAIMING,
                        "gpus",
                        "16",
                        "victims",
                        "1",
                        "deadline",
                        "2026-03-01T00:02:00Z"),
                told(
                        "has its place for 16 GPUs; work of 2 gangs leaves it until 2026-03-01T00:02:00Z, then it"
                                + " starts; nothing is to be done",
                        Code.RECLAIMING,
                        "gpus",
                        "16",
                        "victims",
                        "2",
                        "deadline",
                        "2026-03-01T00:02:00Z",
                        "moved",
                        "1"),
                told(
                        "runs, and has seats for 8 GPUs more; Spot work of 1 gang leaves them until"
                                + " 2026-03-01T00:02:00Z, then its pods that wait start; nothing is to be done",
                        Code.RECLAIMING,
                        "gpus",
                        "8",
                        "victims",
                        "1",
                        "deadline",
                        "2026-03-01T00:02:00Z",
                        "runs",
                        "true"),
                told(
                        "1 of its 4 pods has lost its node n1, and no others can be had beside the rest; as there is a"
                                + " place for the whole gang elsewhere, it is stopped and starts again there by itself:"
                                + " write checkpoints and say so in offtake.dev/checkpoint to lose less",
                        Code.NODES_LOST,
                        "lost",
                        "1",
                        "pods",
                        "4",
                        "node",
                        "n1"),
                told(
                        "2 of its 4 pods have lost their nodes, n1 among them, and no others can be had beside the rest;"
                                + " as there is a place for the whole gang elsewhere, it is stopped and starts again"
                                + " there by itself: write checkpoints and say so in offtake.dev/checkpoint to lose less",
                        Code.NODES_LOST,
                        "lost",
                        "2",
                        "pods",
                        "4",
                        "node",
                        "n1"),
                told(
                        "it is moved to make whole cells for a gang of 16 GPUs of the Reserved tier; it starts again by"
                                + " itself elsewhere: write checkpoints and say so in offtake.dev/checkpoint to lose less",
                        Code.RECLAIMED,
                        "gpus",
                        "16",
                        "tier",
                        "Reserved",
                        "moved",
                        "true"),
                told(
                        "ran as Spot on GPUs that Reserved work (16 GPUs) needs now; it waits for idle GPUs and starts"
                                + " again by itself: write checkpoints and say so in offtake.dev/checkpoint to lose"
                                + " less, or accept Reserved in offtake.dev/tier where the contract has room",
                        Code.RECLAIMED,
                        "gpus",
                        "16",
                        "tier",
                        "Reserved"),
                told(
                        "ran as Spot on GPUs that Reserved work (16 GPUs) needs now; nobody makes its pods anew: do so"
                                + " yourself, or have a Job do it, which waits and starts again, or accept Reserved in"
                                + " offtake.dev/tier where the contract has room",
                        Code.RECLAIMED,
                        "gpus",
                        "16",
                        "tier",
                        "Reserved",
                        "madeAnew",
                        "false"),
                told(
                        "has its place for 16 GPUs; work of lower priority of 2 gangs leaves it until"
                                + " 2026-03-01T00:02:00Z, then it starts; nothing is to be done",
                        Code.RECLAIMING,
                        "gpus",
                        "16",
                        "victims",
                        "2",
                        "deadline",
                        "2026-03-01T00:02:00Z",
                        "priority",
                        "5"),
                told(
                        "ran on GPUs that Reserved work of priority 5 (16 GPUs) on the same commitment needs now; it"
                                + " keeps its age and starts again by itself when the commitment has room: write"
                                + " checkpoints and say so in offtake.dev/checkpoint to lose less, or raise"
                                + " offtake.dev/priority",
                        Code.RECLAIMED,
                        "gpus",
                        "16",
                        "tier",
                        "Reserved",
                        "priority",
                        "5"),
                told(
                        "2 pods of it ran on GPUs that Reserved work of priority 5 (16 GPUs) on the same commitment needs"
                                + " now; the gang goes on with the others, and grows again by itself when the commitment"
                                + " has room",
                        Code.RECLAIMED,
                        "gpus",
                        "16",
                        "tier",
                        "Reserved",
                        "priority",
                        "5",
                        "pods",
                        "2"),
                told(
                        "ran on GPUs that Reserved work of priority 5 (16 GPUs) on the same commitment needs now; it"
                                + " keeps its age and starts again by itself when the commitment has room: write"
                                + " checkpoints and say so in offtake.dev/checkpoint to lose less, or raise"
                                + " offtake.dev/priority; it leaves its GPUs only as a whole, as a single pod that is"
                                + " taken back would be charged to its Job as a failure: give it a podFailurePolicy that"
                                + " ignores DisruptionTarget",
                        Code.RECLAIMED,
                        "gpus",
                        "16",
                        "tier",
                        "Reserved",
                        "priority",
                        "5",
                        "sparesPods",
                        "false"),
                told(
                        "1 pod of it ran as Spot on GPUs that Reserved work (16 GPUs) needs now; the gang goes on with the"
                                + " others, and grows again by itself when GPUs are idle",
                        Code.RECLAIMED,
                        "gpus",
                        "16",
                        "tier",
                        "Reserved",
                        "pods",
                        "1"),
                told(
                        "needs 8 GPUs, 0 free; it gets and leaves lent GPUs only as"
                                + " a whole, as a single pod that is taken back would be charged to its Job as a failure:"
                                + " give it a podFailurePolicy that ignores DisruptionTarget",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "8",
                        "free",
                        "0",
                        "sparesPods",
                        "false"),
                told(
                        "needs 8 GPUs, which are there but lent to others, and nothing of them may be taken back before"
                                + " 2026-01-01T00:30:00Z (lending.minRuntime); nothing is to be done",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "8",
                        "lentUntil",
                        "2026-01-01T00:30:00Z"),
                told(
                        "needs 8 GPUs, which are there but lent to others, who were to be gone by"
                                + " 2026-01-01T00:02:00Z and are still there: see whether node r1n1 answers, or what"
                                + " keeps its pod with uid 4f1c",
                        Code.INSUFFICIENT_GPUS,
                        "needed",
                        "8",
                        "lateSince",
                        "2026-01-01T00:02:00Z",
                        "lateNode",
                        "r1n1",
                        "latePod",
                        "4f1c"),
                told(
                        "needs room for 2 pods in a node, which is there but lent to others, who were to be gone by"
                                + " 2026-01-01T00:02:00Z and are still there: see whether node r1n1 answers, or what"
                                + " keeps its pod with uid 4f1c",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "node",
                        "neededPods",
                        "2",
                        "lateSince",
                        "2026-01-01T00:02:00Z",
                        "lateNode",
                        "r1n1",
                        "latePod",
                        "4f1c"),
                told(
                        "needs room for 2 pods in a node, which is there but lent to others, and nothing of it may be"
                                + " taken back before 2026-01-01T00:30:00Z (lending.minRuntime); nothing is to be done",
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        "level",
                        "node",
                        "neededPods",
                        "2",
                        "lentUntil",
                        "2026-01-01T00:30:00Z"));
    }

    private static Arguments told(String text, Code code, String... numbers) {
        return Arguments.of(Reason.of(code, numbers), text);
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aReasonIsToldWithItsArithmeticAndItsFix(Reason reason, String text) {
        assertThat(ReasonText.of(reason)).isEqualTo(text);
    }

    @Test
    void instantsAreToldInWholeSeconds() {
        Reason reason = Reason.of(
                Code.RECLAIMING, "gpus", "8", "victims", "1", Reason.DEADLINE, "2026-11-23T22:19:50.886626668Z");

        assertThat(ReasonText.of(reason)).contains("leaves it until 2026-11-23T22:19:50Z, then it starts");
    }

    @Test
    void everyCodeHasAText() {
        assertThat(reasons().map(a -> ((Reason) a.get()[0]).code()).distinct())
                .containsExactlyInAnyOrder(Code.values());
    }

    @ParameterizedTest
    @EnumSource
    void aReasonWithoutItsNumbersIsToldAllTheSame(Code code) {
        assertThat(ReasonText.of(Reason.of(code))).doesNotContain("null");
    }
}
