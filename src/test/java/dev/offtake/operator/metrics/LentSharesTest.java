package dev.offtake.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.PoolReport;
import dev.offtake.fleet.ProductKey;
import dev.offtake.placement.AccountView;
import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A class of 32 GPUs; contracts a and b have a node of eight each, and a was admitted first. */
class LentSharesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static Contract contract(String name, int day, Lending lending) {
        return new Contract(
                name,
                name,
                new Interval(START, START.plusSeconds(1)),
                START.plusSeconds(day),
                List.of(new Commitment("base", "h100", "node", List.of(), 0, lending)));
    }

    private static AccountView idle(String contract, int claimed) {
        return new AccountView(contract + "/base", 8, 1, 1, claimed, 0, 0, 0, 0);
    }

    /** @param lent GPUs with Spot work; {@code free} have none */
    private static Views views(int lent, int free, AccountView... accounts) {
        Pool pool = new Pool(
                "east",
                "h100",
                List.of(),
                List.of(new ProductKey("product", List.of("h100"))),
                "nvidia.com/gpu",
                8,
                List.of(),
                List.of(),
                List.of());
        PoolReport report = new PoolReport(
                "east", 4, 4, 0, 0, 0, 0, 0, 0, 32, List.of(), List.of(), List.of(), 0, List.of(), 0, List.of());
        Map<String, AccountView> byName = new HashMap<>();
        List.of(accounts).forEach(account -> byName.put(account.name(), account));
        return new Views(Map.of("east", new PoolView(pool, report, 16, 0, 0, lent, free, List.of())), byName, Map.of());
    }

    private static int share(Map<CommitmentId, Integer> shares, String contract) {
        return shares.getOrDefault(new CommitmentId(contract, "base"), 0);
    }

    @Test
    void spotWorkIsOnWhatIsNotSoldFirstThenOnTheContractThatCameLast() {
        List<Contract> both = List.of(contract("a", 1, Lending.DEFAULT), contract("b", 2, Lending.DEFAULT));

        Map<CommitmentId, Integer> few = LentShares.of(both, views(16, 16, idle("a", 0), idle("b", 0)));
        Map<CommitmentId, Integer> more = LentShares.of(both, views(20, 12, idle("a", 0), idle("b", 0)));
        Map<CommitmentId, Integer> all = LentShares.of(both, views(32, 0, idle("a", 0), idle("b", 0)));

        assertThat(List.of(share(few, "a"), share(few, "b"))).containsExactly(0, 0);
        assertThat(List.of(share(more, "a"), share(more, "b"))).containsExactly(0, 4);
        assertThat(List.of(share(all, "a"), share(all, "b"))).containsExactly(8, 8);
    }

    @Test
    void whoDoesNotLendAndWhoUsesAllOfItHasLentNothing() {
        List<Contract> both = List.of(contract("a", 1, Lending.NEVER), contract("b", 2, Lending.DEFAULT));

        Map<CommitmentId, Integer> shares = LentShares.of(both, views(16, 8, idle("a", 0), idle("b", 1)));

        assertThat(List.of(share(shares, "a"), share(shares, "b"))).containsExactly(0, 0);
    }
}
