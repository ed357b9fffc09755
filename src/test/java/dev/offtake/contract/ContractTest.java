package dev.offtake.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.contract.Contract.Change;
import dev.offtake.contract.Contract.Change.What;
import dev.offtake.contract.Contract.Lifecycle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContractTest {
    private static final Instant JAN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FEB = Instant.parse("2026-02-01T00:00:00Z");
    private static final Instant APR = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant JUN = Instant.parse("2026-06-01T00:00:00Z");

    private static final Commitment CLUSTER = new Commitment(
            "cluster",
            "gb300-nvl72",
            "rack",
            List.of(new Tranche("first", 4, new Interval(JAN, APR)), new Tranche("second", 2, new Interval(FEB, JUN))),
            0);
    private static final Contract CONTRACT =
            new Contract("acme-2026", "acme", new Interval(JAN, JUN), JAN, List.of(CLUSTER));

    @Test
    void aContractIsPendingBeforeItsTermActiveInItAndExpiredFromItsEndOn() {
        assertThat(CONTRACT.lifecycle(JAN.minusNanos(1))).isEqualTo(Lifecycle.PENDING);
        assertThat(CONTRACT.lifecycle(JAN)).isEqualTo(Lifecycle.ACTIVE);
        assertThat(CONTRACT.lifecycle(JUN.minusNanos(1))).isEqualTo(Lifecycle.ACTIVE);
        assertThat(CONTRACT.lifecycle(JUN)).isEqualTo(Lifecycle.EXPIRED);
    }

    @Test
    void committedIsTheSumOfTheTranchesThatAreDueAndNotEnded() {
        assertThat(CONTRACT.committed(CLUSTER, JAN)).isEqualTo(4);
        assertThat(CONTRACT.committed(CLUSTER, FEB.minusNanos(1))).isEqualTo(4);
        assertThat(CONTRACT.committed(CLUSTER, FEB)).isEqualTo(6);
        assertThat(CONTRACT.committed(CLUSTER, APR)).isEqualTo(2);
    }

    @Test
    void nothingIsCommittedOutsideOfTheTermWhateverTheTranchesSay() {
        Contract shorter = new Contract("acme-2026", "acme", new Interval(FEB, APR), JAN, List.of(CLUSTER));
        assertThat(shorter.committed(CLUSTER, JAN)).isZero();
        assertThat(shorter.committed(CLUSTER, FEB)).isEqualTo(6);
        assertThat(shorter.committed(CLUSTER, APR)).isZero();
    }

    @Test
    void aCommitmentWithoutTranchesCommitsNothing() {
        Commitment onDemandOnly = new Commitment("burst", "h100", "gpu", List.of(), 64);
        assertThat(CONTRACT.committed(onDemandOnly, FEB)).isZero();
    }

    @Test
    void theNextChangeIsTheEarliestAfterNow() {
        assertThat(CONTRACT.next(JAN.minusSeconds(1))).contains(new Change(JAN, What.TERM_START, ""));
        assertThat(CONTRACT.next(JAN)).contains(new Change(FEB, What.TRANCHE_DUE, "cluster/second"));
        assertThat(CONTRACT.next(FEB)).contains(new Change(APR, What.TRANCHE_END, "cluster/first"));
        assertThat(CONTRACT.next(JUN)).isEmpty();
    }

    @Test
    void aTrancheThatEndsWithItsTermIsToldAsTheEndOfTheTerm() {
        assertThat(CONTRACT.next(APR)).contains(new Change(JUN, What.TERM_END, ""));
    }

    @Test
    void tranchesChangeNothingOutsideOfTheTerm() {
        Contract shorter = new Contract("acme-2026", "acme", new Interval(FEB, APR), JAN, List.of(CLUSTER));
        assertThat(shorter.next(JAN.minusSeconds(1))).contains(new Change(FEB, What.TERM_START, ""));
        assertThat(shorter.next(APR)).isEmpty();
    }

    @Test
    void contractsAreOrderedByTheirAdmissionThenByName() {
        Contract later = new Contract("a", "acme", CONTRACT.term(), FEB, List.of());
        Contract sameTime = new Contract("b", "acme", CONTRACT.term(), JAN, List.of());
        assertThat(List.of(later, sameTime, CONTRACT).stream()
                        .sorted(Contract.BY_ADMISSION)
                        .map(Contract::name))
                .containsExactly("acme-2026", "b", "a");
    }

    @Test
    void anIntervalHoldsItsStartAndNotItsEnd() {
        Interval interval = new Interval(JAN, FEB);
        assertThat(interval.contains(JAN)).isTrue();
        assertThat(interval.contains(FEB)).isFalse();
    }

    @Test
    void anIntervalThatDoesNotEndAfterItsStartIsRefused() {
        assertThatThrownBy(() -> new Interval(FEB, FEB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("end 2026-02-01T00:00:00Z is not after start 2026-02-01T00:00:00Z");
    }

    @Test
    void commitmentsAreNamedAcrossContracts() {
        CommitmentId id = CONTRACT.id(CLUSTER);
        assertThat(id).hasToString("acme-2026/cluster");
        assertThat(id).isLessThan(new CommitmentId("acme-2027", "a"));
        assertThat(id).isLessThan(new CommitmentId("acme-2026", "d"));
        assertThat(Optional.of(id)).contains(new CommitmentId("acme-2026", "cluster"));
    }
}
