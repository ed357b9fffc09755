package dev.offtake.schedule;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps the ranks of gangs as their contracts say. */
final class Ranks {
    private final Accounts accounts;
    private final Roster roster;
    private final Line line;
    private final Set<Gang> changed = new LinkedHashSet<>();
    private boolean everybody;
    private boolean anySubTenants;

    Ranks(Accounts accounts, Roster roster, Line line) {
        this.accounts = accounts;
        this.roster = roster;
        this.line = line;
    }

    /** A gang is new, or asks for something else. */
    void changed(Gang gang) {
        changed.add(gang);
    }

    /** Contracts are other ones, or others are active. */
    void accountsChanged() {
        // Where there are none, ranks do not depend on contracts.
        everybody = anySubTenants || accounts.anySubTenants();
        anySubTenants = accounts.anySubTenants();
    }

    /** Whether shares of sub-tenants decide which of these goes first. */
    static boolean competeByShare(List<Gang> gangs) {
        if (gangs.size() < 2
                || gangs.stream().allMatch(g -> g.rank().subTenant().isEmpty())) {
            return false;
        }
        Map<Map.Entry<Queue.Line, Integer>, Rank> first = new HashMap<>();
        return gangs.stream()
                .map(Gang::rank)
                .anyMatch(rank -> rank.competesByShare(
                        first.computeIfAbsent(Map.entry(rank.line(), rank.priority()), k -> rank)));
    }

    /** Gives ranks to those that have changed. */
    void settle(Instant now) {
        if (!everybody && !anySubTenants) {
            // They have theirs by what they ask for.
            changed.clear();
            return;
        }
        Collection<Gang> gangs = everybody ? roster.all() : changed;
        for (Gang gang : List.copyOf(gangs)) {
            Rank rank = accounts.rank(gang, now);
            // One that came may have gone since.
            if (roster.get(gang.id()) == gang && !rank.equals(gang.rank())) {
                gang.rank(rank);
                if (gang.phase() == Gang.Phase.WAITING) {
                    line.touch(gang);
                }
            }
        }
        everybody = false;
        changed.clear();
    }
}
