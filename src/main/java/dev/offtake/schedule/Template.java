package dev.offtake.schedule;

import java.util.List;
import java.util.Optional;

/**
 * What gangs have in common that ask for the same of the same accounts: all of a specification but who it is, its past,
 * its age and its priority. Where very many wait, most are of few templates ({@link Templates}), so that what follows from
 * one is there once.
 */
final class Template {
    private final GangSpec spec;
    private final int length;
    private final int hash;
    private final Accounts.Asked asked;
    private final Queue.Line line;
    private List<Accounts.Choice> choices = List.of();
    private long choicesOf;

    /** @param spec of any of them */
    Template(GangSpec spec) {
        this.spec = spec;
        length = Backfill.length(spec);
        asked = Accounts.Asked.of(spec);
        line = Queue.Line.of(asked);
        hash = hash();
    }

    /** Which accounts they ask for. */
    Accounts.Asked asked() {
        return asked;
    }

    /** By which one of them has its place in the queue as long as nothing is known of its contract. */
    Rank rank(int priority) {
        return new Rank(line, Optional.empty(), priority);
    }

    /** See {@link Backfill#length}. */
    int length() {
        return length;
    }

    /** What they may draw on, as {@link Accounts} said last. */
    List<Accounts.Choice> choices() {
        return choices;
    }

    /** Of which generation of accounts that is; 0 for none. */
    long choicesOf() {
        return choicesOf;
    }

    void remember(List<Accounts.Choice> known, long generation) {
        choices = known;
        choicesOf = generation;
    }

    /** The same specification with what is equal in the one of this template. */
    GangSpec share(GangSpec equal) {
        return equal.withPartsOf(spec);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Template template && hash == template.hash && isSame(template));
    }

    private boolean isSame(Template other) {
        return length == other.length
                && asked.equals(other.asked)
                && spec.subTenant().equals(other.spec.subTenant())
                && spec.resource().equals(other.spec.resource())
                && spec.required().equals(other.spec.required())
                && spec.preferred().equals(other.spec.preferred())
                && spec.podSets().equals(other.spec.podSets());
    }

    @Override
    public int hashCode() {
        return hash;
    }

    private int hash() {
        return 31 * (31 * asked.hashCode() + spec.podSets().hashCode()) + length;
    }
}
