package dev.offtake.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one tenant was promised. Only admitted contracts are made into values of this type.
 *
 * @param admittedAt the instant of admission, which orders contracts where supply is short
 * @param timeToPlace how long demand within a commitment may wait before that is a shortfall; empty where nothing was
 *     agreed
 * @param subTenants sides that compete inside the contract, with different names; empty where the tenant is one
 */
public record Contract(
        String name,
        String tenant,
        Interval term,
        Instant admittedAt,
        List<Commitment> commitments,
        Optional<Duration> timeToPlace,
        List<SubTenant> subTenants) {
    /** The order in which entitlements are filled: by the instant of admission, then by name. */
    public static final Comparator<Contract> BY_ADMISSION =
            Comparator.comparing(Contract::admittedAt).thenComparing(Contract::name);

    public Contract {
        commitments = List.copyOf(commitments);
        subTenants = List.copyOf(subTenants);
    }

    /** One whose tenant is one side. */
    public Contract(
            String name,
            String tenant,
            Interval term,
            Instant admittedAt,
            List<Commitment> commitments,
            Optional<Duration> timeToPlace) {
        this(name, tenant, term, admittedAt, commitments, timeToPlace, List.of());
    }

    /** One in which nothing was agreed about the time to place. */
    public Contract(String name, String tenant, Interval term, Instant admittedAt, List<Commitment> commitments) {
        this(name, tenant, term, admittedAt, commitments, Optional.empty());
    }

    /**
     * The side for which work competes.
     *
     * @param label what its namespace says; empty if it says nothing
     * @return empty where the tenant is one
     */
    public Optional<SubTenant> subTenant(Optional<String> label) {
        return subTenants.isEmpty()
                ? Optional.empty()
                : Optional.of(subTenants.stream()
                        .filter(s -> label.filter(s.name()::equals).isPresent())
                        .findFirst()
                        .orElse(SubTenant.OTHERS));
    }

    public Lifecycle lifecycle(Instant now) {
        if (now.isBefore(term.start())) {
            return Lifecycle.PENDING;
        }
        return now.isBefore(term.end()) ? Lifecycle.ACTIVE : Lifecycle.EXPIRED;
    }

    /** Cells of the commitment's unit that are owed at {@code now}: nothing outside of the term. */
    public int committed(Commitment commitment, Instant now) {
        return term.contains(now) ? commitment.committed(now) : 0;
    }

    public CommitmentId id(Commitment commitment) {
        return new CommitmentId(name, commitment.name());
    }

    /** The earliest change of what is owed after {@code now}. */
    public Optional<Change> next(Instant now) {
        Stream<Change> termChanges = Stream.of(
                new Change(term.start(), Change.What.TERM_START, ""), new Change(term.end(), Change.What.TERM_END, ""));
        Stream<Change> trancheChanges = commitments.stream()
                .flatMap(c -> c.tranches().stream()
                        .flatMap(t -> Stream.of(
                                new Change(t.due().start(), Change.What.TRANCHE_DUE, c.name() + "/" + t.name()),
                                new Change(t.due().end(), Change.What.TRANCHE_END, c.name() + "/" + t.name()))))
                .filter(change -> term.contains(change.at()));
        return Stream.concat(termChanges, trancheChanges)
                .filter(change -> change.at().isAfter(now))
                .min(Comparator.comparing(Change::at)
                        .thenComparing(Change::what)
                        .thenComparing(Change::tranche));
    }

    /** Words of FOCUS 1.4. */
    public enum Lifecycle {
        PENDING,
        ACTIVE,
        EXPIRED
    }

    /**
     * Something that changes what is owed.
     *
     * @param tranche {@code commitment/tranche}, empty for changes of the term
     */
    public record Change(Instant at, What what, String tranche) {
        /** Terms before tranches, so that a tranche that ends with its term is told as the term's end. */
        public enum What {
            TERM_START,
            TERM_END,
            TRANCHE_DUE,
            TRANCHE_END
        }
    }
}
