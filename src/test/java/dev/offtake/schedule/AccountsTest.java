package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Tranche;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On whose account a gang runs, and how that changes with time. */
class AccountsTest {
    private static final Instant FEB = Site.START.plus(Duration.ofDays(31));

    private final World world = World.h100(2);

    @Test
    void theClassesAreTriedInTheOrderInWhichTheGangNamesThem() {
        world.pool(Site.pool("h200"));
        world.node(Site.node("h200", "x", "x1"));
        world.contract(Site.contract(
                "acme",
                "acme",
                Site.commitment("new", "h200", 8, "gpu", 0),
                Site.commitment("base", Site.H100, 16, "gpu", 0)));
        Job first = job("acme", "first", 1, 8).classes("h200", Site.H100);
        Job second = job("acme", "second", 1, 8).classes("h200", Site.H100).createdAt(1);
        world.start(first).start(second);
        assertThat(world.nodesOf(first)).containsExactly("x1");
        assertThat(world.view(second).commitment()).contains(new CommitmentId("acme", "base"));
    }

    @Test
    void withoutAClassTheGangIsOfThatOfTheFirstCommitmentFullOrNot() {
        world.contract(Site.contract(
                "acme",
                "acme",
                Site.commitment("base", Site.H100, 8, "gpu", 0),
                Site.commitment("new", "h200", 8, "gpu", 0)));
        world.start(job("acme", "first", 1, 8));
        Job second = job("acme", "second", 1, 8).createdAt(1);
        world.start(second);
        assertThat(world.code(second)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void contractsOfOneTenantAreDrawnOnInTheOrderOfTheirAdmission() {
        world.contract(new Contract(
                "a-later",
                "acme",
                new Interval(Site.START, Site.END),
                Site.START.plusSeconds(1),
                List.of(Site.commitment("base", Site.H100, 8, "gpu", 0))));
        world.contract(Site.contract("z-earlier", "acme", Site.commitment("base", Site.H100, 8, "gpu", 0)));
        Job first = job("acme", "first", 1, 8);
        Job second = job("acme", "second", 1, 8).createdAt(1);
        Job named = job("acme", "named", 1, 8).contract("a-later").createdAt(2);
        world.start(first).start(second).start(named);
        assertThat(world.view(first).commitment()).contains(new CommitmentId("z-earlier", "base"));
        assertThat(world.view(second).commitment()).contains(new CommitmentId("a-later", "base"));
        assertThat(world.code(named)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void aGangThatAcceptsOnDemandRunsAboveTheCommitmentUpToTheLimit() {
        world.contract(Site.contract("acme", "acme", Site.commitment("base", Site.H100, 8, "gpu", 8)));
        Job base = job("acme", "a", 1, 8).tiers(Tier.RESERVED, Tier.ON_DEMAND);
        Job above = job("acme", "b", 1, 8).tiers(Tier.RESERVED, Tier.ON_DEMAND).createdAt(1);
        Job beyond = job("acme", "c", 1, 8).tiers(Tier.ON_DEMAND).createdAt(2);
        world.start(base).start(above).start(beyond);
        assertThat(world.view(base).tier()).contains(Tier.RESERVED);
        assertThat(world.view(above).tier()).contains(Tier.ON_DEMAND);
        assertThat(world.code(beyond)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.view(beyond).waiting().orElseThrow().numbers())
                .contains(entry("tier", "OnDemand"), entry("committed", "8"), entry("claimed", "8"));
    }

    @Test
    void aReservedGangDoesNotRunOnDemandUnlessItAcceptsThat() {
        world.contract(Site.contract("acme", "acme", Site.commitment("base", Site.H100, 8, "gpu", 8)));
        world.start(job("acme", "a", 1, 8)).start(job("acme", "b", 1, 8).createdAt(1));
        assertThat(world.isPlaced(job("acme", "b", 1, 8))).isFalse();
    }

    @Test
    void aTrancheServesFromTheInstantItIsDue() {
        world.contract(new Contract(
                "acme",
                "acme",
                new Interval(Site.START, Site.END),
                Site.START,
                List.of(new Commitment(
                        "base",
                        Site.H100,
                        "gpu",
                        List.of(
                                new Tranche("first", 8, new Interval(Site.START, Site.END)),
                                new Tranche("second", 8, new Interval(FEB, Site.END))),
                        0))));
        Job train = job("acme", "train", 2, 8);
        world.start(train);
        assertThat(world.code(train)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.scheduler.nextWake()).contains(FEB);
        world.at(FEB.minusNanos(1));
        assertThat(world.isPlaced(train)).isFalse();
        world.at(FEB);
        assertThat(world.isPlaced(train)).isTrue();
        assertThat(world.scheduler.nextWake()).contains(Site.END);
    }

    @Test
    void theGrantSaysSinceWhenAndUntilWhen() {
        world.contract(Site.contract("acme", 8, "gpu"));
        Job train = job("acme", "train", 1, 8).duration(Duration.ofHours(2));
        world.later(Duration.ofMinutes(5)).start(train);
        Decision.Record record = world.workloads.get(train.id()).durable.orElseThrow();
        assertThat(record.grant().since()).isEqualTo(Site.START.plusSeconds(300));
        assertThat(record.grant().declaredEnd()).contains(Site.START.plusSeconds(300 + 7200));
    }

    @Test
    void whatRunsWhenItsTermEndsGoesOnAndNothingNewStarts() {
        world.contract(new Contract(
                "acme",
                "acme",
                new Interval(Site.START, FEB),
                Site.START,
                List.of(Site.commitment("base", Site.H100, 16, "gpu", 0))));
        Job running = job("acme", "running", 1, 8);
        world.start(running).at(FEB);
        Job late = job("acme", "late", 1, 8).createdAt(1);
        world.start(late);
        assertThat(world.isPlaced(running)).isTrue();
        assertThat(world.code(late)).isEqualTo(Reason.Code.NO_ACTIVE_CONTRACT);
        // Its GPUs are still in use: another tenant cannot have them.
        world.contract(Site.contract("globex", 64, "gpu"));
        Job all = job("globex", "all", 8, 8);
        world.start(all);
        assertThat(world.isPlaced(all)).isFalse();
        world.withdraw(running).settle();
        assertThat(world.isPlaced(all)).isTrue();
    }

    @Test
    void aContractThatIsRemovedWhileInUseAndComesBackFindsItsWorkCounted() {
        Contract contract = Site.contract("acme", 16, "gpu");
        world.contract(contract);
        Job running = job("acme", "running", 1, 8);
        world.start(running).removeContract("acme").settle();
        assertThat(world.isPlaced(running)).isTrue();
        world.contract(contract);
        Job fits = job("acme", "fits", 1, 8).createdAt(1);
        Job tooMuch = job("acme", "too-much", 1, 8).createdAt(2);
        world.start(fits).start(tooMuch);
        assertThat(world.isPlaced(fits)).isTrue();
        assertThat(world.code(tooMuch)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void aPoolThatIsRemovedWhileInUseAndComesBackFindsItsWorkCounted() {
        world.contract(Site.contract("acme", 64, "gpu"));
        Job running = job("acme", "running", 4, 8);
        world.start(running);
        world.scheduler.removePool("h100-pool");
        world.settle();
        Job waits = job("acme", "waits", 4, 8).createdAt(1);
        world.start(waits);
        assertThat(world.code(waits)).isEqualTo(Reason.Code.NO_POOL_OF_CLASS);
        world.pool(Site.pool(Site.H100)).settle();
        assertThat(world.isPlaced(waits)).isTrue();
        assertThat(world.nodesOf(waits)).doesNotContainAnyElementsOf(world.nodesOf(running));
    }

    @Test
    void noTenantUsesTheEntitlementOfAnother() {
        // Who was admitted first is entitled first.
        world.contract(Site.contract("a", "globex", Site.commitment("base", Site.H100, 1, "rack", 0)));
        world.contract(Site.contract("b", "acme", Site.commitment("base", Site.H100, 64, "gpu", 0)));
        Job all = job("acme", "all", 32, 2).elasticFrom(1);
        world.start(all);
        assertThat(world.view(all).gpus()).isEqualTo(32);
        Job rack = job("globex", "rack", 4, 8).required("rack").createdAt(1);
        world.start(rack);
        assertThat(world.isPlaced(rack)).isTrue();
    }
}
