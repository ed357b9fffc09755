package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Recount;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** On whose account pods are that others have put on nodes: on one that has room for them, else on nobody's. */
final class Charges {
    private final Cluster cluster;
    private final Accounts accounts;
    private final Seating seating;
    private final Occupants nobodys;

    Charges(Cluster cluster, Accounts accounts, Seating seating) {
        this.cluster = cluster;
        this.accounts = accounts;
        this.seating = seating;
        nobodys = new Occupants(cluster);
    }

    /** Pods that are on nobody's account. */
    List<Recount.Stray> strangers() {
        return nobodys.all();
    }

    /** The pod takes its room on its node, on nobody's account. */
    void occupy(PodFacts pod) {
        nobodys.occupy(pod.uid(), pod.node().orElseThrow(), pod.shape());
    }

    /** The pod, which is on nobody's account, takes no room. */
    void vacate(PodFacts pod) {
        nobodys.vacate(pod.uid());
    }

    /** The pod takes no room any more, on whose account it was. */
    void leave(ReportedGang reported, PodFacts pod) {
        Gang gang = reported.gang();
        gang.pods().rise(pod.uid()).ifPresentOrElse(seat -> seating.giveBack(gang, seat), () -> vacate(pod));
    }

    /** Charges what runs of a gang, if it runs as a whole, where there is room for all of it; answers whether any was. */
    boolean charge(ReportedGang reported, Instant now) {
        Gang gang = reported.gang();
        Optional<Decision.Grant> known = reported.takeKnownGrant();
        if (known.isPresent()) {
            gang.grant(known.get());
            reported.unseated().forEach(pod -> seat(gang, pod, known.get()));
            return true;
        }
        if (reported.isCharged()) {
            return chargeMore(reported, gang.grant().orElseThrow());
        }
        if (!reported.runs() || Readiness.missing(gang).isPresent()) {
            return false;
        }
        for (Accounts.Choice choice : accounts.choices(gang.spec(), now)) {
            Decision.Grant grant = choice.grant(gang.spec(), now);
            if (seatWithinQuota(gang, reported.unseated(), grant)) {
                gang.grant(grant);
                return true;
            }
        }
        return false;
    }

    private boolean chargeMore(ReportedGang reported, Decision.Grant grant) {
        boolean any = false;
        for (PodFacts pod : reported.unseated()) {
            any |= seatWithinQuota(reported.gang(), List.of(pod), grant);
        }
        return any;
    }

    private static Claimant claimant(Decision.Grant grant) {
        return new Claimant(grant.commitment().toString(), grant.tier());
    }

    private void seat(Gang gang, PodFacts pod, Decision.Grant grant) {
        vacate(pod);
        Seat seat =
                new Seat(pod.podSet(), claimant(grant), pod.shape(), pod.node().orElseThrow(), grant.since());
        seating.add(gang, seat);
        gang.pods().sit(pod.uid(), seat);
    }

    private boolean seatWithinQuota(Gang gang, List<PodFacts> pods, Decision.Grant grant) {
        Claimant claimant = claimant(grant);
        boolean served = pods.stream()
                .allMatch(pod -> cluster.serves(claimant.account(), pod.node().orElseThrow()));
        if (!served) {
            return false;
        }
        pods.forEach(pod -> seat(gang, pod, grant));
        boolean fits = cluster.quotas().isWithinQuota(claimant);
        if (!fits) {
            for (PodFacts pod : pods) {
                seating.giveBack(gang, gang.pods().rise(pod.uid()).orElseThrow());
                occupy(pod);
            }
        }
        return fits;
    }
}
