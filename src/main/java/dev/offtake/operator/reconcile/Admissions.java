package dev.offtake.operator.reconcile;

import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Gives out the instants of admission: each later than all before, and among proposals that become feasible together in
 * the order of their creation, then of their names.
 */
final class Admissions {
    private static final Duration STEP = Duration.ofMillis(1);
    private static final Comparator<TenantContract> ORDER = Comparator.comparing(
                    (TenantContract c) -> c.getMetadata().getCreationTimestamp())
            .thenComparing(c -> c.getMetadata().getName());

    /** By uid; kept until it is written, so that a second try writes the same. */
    private final Map<String, Instant> given = new HashMap<>();

    /** By uid, as the API server has it. A cache that lags behind the own write does not undo an admission. */
    private final Map<String, Instant> durable = new HashMap<>();

    private Instant last = Instant.MIN;

    /**
     * The instant of a proposal that is feasible now.
     *
     * @param all contracts, admitted or not
     */
    synchronized Instant instant(
            TenantContract proposal, Collection<TenantContract> all, Predicate<TenantContract> feasible, Instant now) {
        String uid = proposal.getMetadata().getUid();
        if (!given.containsKey(uid)) {
            all.stream().flatMap(c -> admittedAt(c).stream()).forEach(at -> last = at.isAfter(last) ? at : last);
            List<TenantContract> proposals = all.stream()
                    .filter(c -> admittedAt(c).isEmpty()
                            && !c.getMetadata().getUid().equals(uid)
                            && !given.containsKey(c.getMetadata().getUid())
                            && ORDER.compare(c, proposal) < 0
                            && feasible.test(c))
                    .sorted(ORDER)
                    .toList();
            for (TenantContract earlier : proposals) {
                given.put(earlier.getMetadata().getUid(), next(now));
            }
            given.put(uid, next(now));
        }
        return Optional.ofNullable(given.get(uid)).orElseThrow();
    }

    private Instant next(Instant now) {
        Instant whole = now.truncatedTo(ChronoUnit.SECONDS);
        last = whole.isAfter(last) ? whole : last.plus(STEP);
        return last;
    }

    /** When the contract was admitted, as far as that is durable. */
    synchronized Optional<Instant> admittedAt(TenantContract contract) {
        String uid = contract.getMetadata().getUid();
        Optional<Instant> written = Optional.ofNullable(contract.getStatus()).map(TenantContractStatus::admittedAt);
        written.ifPresent(at -> {
            durable.put(uid, at);
            given.remove(uid);
        });
        return written.or(() -> Optional.ofNullable(durable.get(uid)));
    }

    /** The proposal cannot be kept any more. */
    synchronized void withdraw(TenantContract proposal) {
        given.remove(proposal.getMetadata().getUid());
    }

    /** The contract is gone. */
    synchronized void forget(TenantContract contract) {
        given.remove(contract.getMetadata().getUid());
        durable.remove(contract.getMetadata().getUid());
    }
}
