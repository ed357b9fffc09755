package dev.offtake.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All pools and nodes, and which node belongs where. Changed in place by one thread; each change answers with the nodes
 * whose {@link NodeState} it changed, in the order of their names.
 *
 * <p>A node belongs to the pool that claims it. If several do, it is disputed and stays with the one that had it first,
 * or goes to the first by name. It stays while its labels are merely gone, and leaves when they say otherwise, when the
 * selector no longer holds, or with its uid.
 *
 * <p>A change of a node costs the pools and levels; a change of a pool costs all nodes.
 */
public final class Fleet {
    private static final int MAX_POOLS_EXPLAINED = 10;

    private final TreeMap<String, PoolNodes> pools = new TreeMap<>();
    private final Map<String, Member> members = new HashMap<>();
    private final SharedAmounts amounts = new SharedAmounts();

    /** Adds or replaces a pool. */
    public List<NodeState> putPool(Pool pool) {
        @Nullable PoolNodes known = pools.get(pool.name());
        if (known != null && known.pool().equals(pool)) {
            return List.of();
        }
        PoolNodes nodes;
        if (known == null) {
            nodes = new PoolNodes(pool);
            pools.put(pool.name(), nodes);
        } else {
            nodes = known;
            nodes.become(pool);
        }
        Set<Member> affected = new HashSet<>();
        for (Member member : members.values()) {
            boolean before = member.claimants.contains(pool.name());
            boolean now = nodes.matcher().claims(member);
            if (before || now) {
                assign(member, withClaim(member.claimants, pool.name(), now), affected);
            }
        }
        return settle(affected);
    }

    /** Removes a pool; its nodes are then in no pool, or in another that claims them. */
    public List<NodeState> removePool(String name) {
        if (!pools.containsKey(name)) {
            return List.of();
        }
        Set<Member> affected = new HashSet<>();
        for (Member member : members.values()) {
            if (member.claimants.contains(name)) {
                assign(member, withClaim(member.claimants, name, false), affected);
            }
        }
        List<NodeState> changed = settle(affected);
        pools.remove(name);
        return changed;
    }

    /** Adds or updates a node. */
    public List<NodeState> putNode(NodeFacts given) {
        NodeFacts facts = amounts.share(given);
        @Nullable Member member = members.get(facts.name());
        Set<Member> affected = new HashSet<>();
        if (member != null && !member.facts.uid().equals(facts.uid())) {
            forget(member, affected);
            member = null;
        }
        if (member == null) {
            member = new Member(facts);
            members.put(facts.name(), member);
        } else if (member.facts.equals(facts)) {
            return List.of();
        } else {
            member.held = HeldLabels.carry(member, facts, groups(member.claimants));
            member.facts = facts;
        }
        assign(member, claimants(member), affected);
        return settle(affected);
    }

    /** Removes a node; the answer holds only the other nodes that changed with it. */
    public List<NodeState> removeNode(String name) {
        @Nullable Member member = members.get(name);
        if (member == null) {
            return List.of();
        }
        Set<Member> affected = new HashSet<>();
        forget(member, affected);
        return settle(affected);
    }

    /** The pools in the order of their names. */
    public Collection<Pool> pools() {
        return pools.values().stream().map(PoolNodes::pool).toList();
    }

    public Optional<NodeState> node(String name) {
        @Nullable Member member = members.get(name);
        return member == null ? Optional.empty() : Optional.ofNullable(member.state);
    }

    /** The nodes that belong to a pool, in the order of their names. */
    public List<NodeState> nodes(String pool) {
        @Nullable PoolNodes nodes = pools.get(pool);
        return nodes == null ? List.of() : nodes.states();
    }

    /** What there is of a pool now; empty if there is no such pool. */
    public Optional<PoolReport> report(String pool) {
        return Optional.ofNullable(pools.get(pool)).map(PoolNodes::report);
    }

    /** Why a known node is not {@link NodeState.Health#USABLE}, in words; empty if it is, or belongs to no pool. */
    public Optional<String> whyNotUsable(String node) {
        @Nullable Member member = members.get(node);
        if (member == null || member.home == null) {
            return Optional.empty();
        }
        return member.disputed()
                ? Optional.of("claimed by pools " + String.join(", ", member.claimants))
                : HealthRules.explain(member.home.pool(), member.facts);
    }

    /** What a known node has above a whole one of its pool, in words; empty if it has no more, or belongs to no pool. */
    public Optional<String> surplus(String node) {
        @Nullable Member member = members.get(node);
        return member == null || member.home == null
                ? Optional.empty()
                : HealthRules.surplus(member.home.pool(), member.facts);
    }

    /** Why no pool claims a node with these facts, pool by pool; empty if one does. */
    public Optional<String> whyNoPool(NodeFacts facts) {
        List<String> refusals = new ArrayList<>();
        for (PoolNodes nodes : pools.values()) {
            Optional<String> refusal = nodes.matcher().refusal(facts.labels());
            if (refusal.isEmpty()) {
                return Optional.empty();
            }
            if (refusals.size() < MAX_POOLS_EXPLAINED) {
                refusals.add("pool " + nodes.pool().name() + ": " + refusal.get());
            }
        }
        return Optional.of(refusals.isEmpty() ? "there is no pool" : String.join("; ", refusals));
    }

    private List<String> claimants(Member member) {
        List<String> names = new ArrayList<>(1);
        for (PoolNodes nodes : pools.values()) {
            if (nodes.matcher().claims(member)) {
                names.add(nodes.pool().name());
            }
        }
        return names;
    }

    private static List<String> withClaim(List<String> claimants, String pool, boolean claims) {
        List<String> names = new ArrayList<>(claimants);
        names.remove(pool);
        if (claims) {
            names.add(pool);
            Collections.sort(names);
        }
        return names;
    }

    private List<List<String>> groups(List<String> poolNames) {
        List<List<String>> groups = new ArrayList<>();
        for (String name : poolNames) {
            @Nullable PoolNodes nodes = pools.get(name);
            if (nodes != null) {
                groups.addAll(nodes.matcher().groups());
            }
        }
        return groups;
    }

    /** Gives a node to the claimant that has it already, else to the first by name, and to its place there. */
    private void assign(Member member, List<String> claimants, Set<Member> affected) {
        noteDisputes(member, false);
        member.claimants = List.copyOf(claimants);
        noteDisputes(member, member.disputed());
        member.held = HeldLabels.prune(member.held, groups(claimants));

        @Nullable PoolNodes before = member.home;
        @Nullable PoolNodes home = before;
        if (before == null || !claimants.contains(before.pool().name())) {
            home = claimants.isEmpty() ? null : pools.get(claimants.get(0));
        }
        if (before != null && before != home) {
            before.tree().remove(member, affected);
        }
        member.home = home;
        if (home != null) {
            home.tree().put(member, affected);
        }
        affected.add(member);
    }

    private void noteDisputes(Member member, boolean disputed) {
        for (String name : member.claimants) {
            @Nullable PoolNodes nodes = pools.get(name);
            if (nodes != null) {
                nodes.noteDispute(member, disputed);
            }
        }
    }

    private void forget(Member member, Set<Member> affected) {
        noteDisputes(member, false);
        if (member.home != null) {
            member.home.tree().remove(member, affected);
        }
        uncount(member);
        members.remove(member.name());
        affected.remove(member);
    }

    /** Brings the states of the affected nodes up to date; answers with those that differ from before. */
    private List<NodeState> settle(Set<Member> affected) {
        List<NodeState> changed = new ArrayList<>();
        for (Member member : affected) {
            NodeState state = state(member);
            if (state.equals(member.state)) {
                continue;
            }
            uncount(member);
            member.state = state;
            member.countedBy = member.home;
            if (member.home != null) {
                member.home.count(state);
            }
            changed.add(state);
        }
        changed.sort(Comparator.comparing(state -> state.facts().name()));
        return changed;
    }

    private static void uncount(Member member) {
        if (member.countedBy != null && member.state != null) {
            member.countedBy.uncount(member.state);
        }
    }

    private static NodeState state(Member member) {
        @Nullable PoolNodes home = member.home;
        if (home == null) {
            return new NodeState(member.facts, Optional.empty(), List.of(), 0, HealthRules.ofNoPool(member.facts));
        }
        return new NodeState(
                member.facts,
                Optional.of(home.pool().name()),
                home.tree().cellsOf(member),
                HealthRules.gpus(home.pool(), member.facts),
                HealthRules.of(home.pool(), member.facts, member.disputed()));
    }
}
