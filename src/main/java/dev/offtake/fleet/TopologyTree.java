package dev.offtake.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one pool, kept up to date per node. A cell is a label value at a level; it has to lie in one cell of the
 * level above. A cell that lies in several is <em>broken</em>: nobody can say which label is right, so its nodes are
 * unknown from that level on.
 *
 * <p>A level of undeclared size that no node of the pool has a label for does not exist at this site: all nodes of an
 * outer cell are then in one {@linkplain NodeState#IMPLIED implied} cell. A level of declared size is never implied: a
 * rack of 18 nodes is not whatever happens to be there.
 *
 * <p>A change costs the levels, unless it makes or mends a broken cell (its nodes) or labels the first or unlabels the
 * last node at a level (the nodes of the pool).
 */
final class TopologyTree {
    private static final int MAX_NAMES = 10;

    private final List<Level> levels;
    private final Set<Member> members = new HashSet<>();
    /** Per level, how many nodes have a value. */
    private final int[] labelled;
    /** Per level and cell, the nodes below each cell of the level above; not for the outermost level. */
    private final List<Map<String, Map<String, Set<Member>>>> cells = new ArrayList<>();
    /** Per level, the cells with more than one parent. */
    private final List<TreeSet<String>> broken = new ArrayList<>();
    /** Names of implied cells by parent, so that all nodes share one string. */
    private final Map<String, String> impliedNames = new HashMap<>();

    TopologyTree(List<Level> keyedLevels) {
        levels = keyedLevels;
        labelled = new int[levels.size()];
        for (int l = 0; l < levels.size(); l++) {
            cells.add(new HashMap<>());
            broken.add(new TreeSet<>());
        }
    }

    Collection<Member> members() {
        return members;
    }

    /** Adds a node by its labels, or moves it after they changed; {@code affected} gets the other nodes to look at. */
    void put(Member member, Collection<Member> affected) {
        List<String> values = valuesOf(member);
        boolean present = members.contains(member);
        if (present && values.equals(member.values)) {
            return;
        }
        change(member, present, values, true, affected);
    }

    void remove(Member member, Collection<Member> affected) {
        if (members.contains(member)) {
            change(member, true, List.of(), false, affected);
        }
    }

    private void change(
            Member member, boolean wasIn, List<String> values, boolean staysIn, Collection<Member> affected) {
        boolean[] impliedBefore = implied();
        if (wasIn) {
            count(member.values, -1);
        }
        if (staysIn) {
            count(values, 1);
        }
        if (Arrays.equals(impliedBefore, implied())) {
            if (wasIn) {
                unlink(member, affected);
            }
            place(member, values, staysIn);
            if (staysIn) {
                link(member, affected);
            }
        } else {
            place(member, values, staysIn);
            relinkAll();
            affected.addAll(members);
        }
    }

    private void place(Member member, List<String> values, boolean staysIn) {
        member.values = values;
        if (staysIn) {
            members.add(member);
        } else {
            members.remove(member);
        }
    }

    private void relinkAll() {
        cells.forEach(Map::clear);
        broken.forEach(Set::clear);
        for (Member member : members) {
            link(member, new ArrayList<>());
        }
    }

    private void link(Member member, Collection<Member> affected) {
        List<String> path = path(member);
        for (int l = 1; l < path.size(); l++) {
            String cell = path.get(l);
            Map<String, Set<Member>> parents = cells.get(l).computeIfAbsent(cell, c -> new HashMap<>(2));
            boolean known = parents.containsKey(path.get(l - 1));
            if (!known && parents.size() == 1) {
                broken.get(l).add(cell);
                parents.values().forEach(affected::addAll);
            }
            parents.computeIfAbsent(path.get(l - 1), p -> new HashSet<>()).add(member);
        }
    }

    private void unlink(Member member, Collection<Member> affected) {
        List<String> path = path(member);
        for (int l = 1; l < path.size(); l++) {
            String cell = path.get(l);
            Map<String, Set<Member>> parents = cells.get(l).getOrDefault(cell, Map.of());
            Set<Member> siblings = parents.getOrDefault(path.get(l - 1), Set.of());
            siblings.remove(member);
            if (!siblings.isEmpty()) {
                continue;
            }
            parents.remove(path.get(l - 1));
            if (parents.isEmpty()) {
                cells.get(l).remove(cell);
            } else if (parents.size() == 1) {
                broken.get(l).remove(cell);
                parents.values().forEach(affected::addAll);
            }
        }
    }

    /** The node's cells for {@link NodeState}: its path down to the first broken cell, unknown from there on. */
    List<String> cellsOf(Member member) {
        List<String> path = path(member);
        List<String> known = new ArrayList<>(levels.size());
        for (int l = 0; l < path.size() && !broken.get(l).contains(path.get(l)); l++) {
            known.add(path.get(l));
        }
        while (known.size() < levels.size()) {
            known.add(NodeState.UNKNOWN);
        }
        return known;
    }

    /** The cells that the labels name, down to the first level without one. */
    private List<String> path(Member member) {
        List<String> path = new ArrayList<>(levels.size());
        for (int l = 0; l < levels.size(); l++) {
            String value = isImplied(l)
                    ? impliedNames.computeIfAbsent(
                            l == 0 ? "" : path.get(l - 1) + "/", parent -> parent + NodeState.IMPLIED)
                    : member.values.get(l);
            if (value.equals(NodeState.UNKNOWN)) {
                break;
            }
            path.add(value);
        }
        return path;
    }

    private List<String> valuesOf(Member member) {
        List<String> values = new ArrayList<>(levels.size());
        for (Level level : levels) {
            values.add(valueAt(level, member));
        }
        return values;
    }

    private static String valueAt(Level level, Member member) {
        for (String key : level.keys()) {
            @Nullable String value = member.label(key);
            if (value != null) {
                return value;
            }
        }
        return NodeState.UNKNOWN;
    }

    private void count(List<String> values, int by) {
        for (int l = 0; l < values.size(); l++) {
            if (!values.get(l).equals(NodeState.UNKNOWN)) {
                labelled[l] += by;
            }
        }
    }

    private boolean isImplied(int level) {
        return labelled[level] == 0 && levels.get(level).nodes() == 0;
    }

    private boolean[] implied() {
        boolean[] implied = new boolean[labelled.length];
        for (int l = 0; l < implied.length; l++) {
            implied[l] = isImplied(l);
        }
        return implied;
    }

    /** Names of the levels that no node has a label for and that are therefore implied, outermost first. */
    List<String> impliedLevels() {
        List<String> names = new ArrayList<>();
        for (int l = 0; l < levels.size() && !members.isEmpty(); l++) {
            if (isImplied(l)) {
                names.add(levels.get(l).name());
            }
        }
        return List.copyOf(names);
    }

    /** The broken cells, outermost level first, then by name; at most ten. */
    List<PoolReport.TreeConflict> conflicts() {
        List<PoolReport.TreeConflict> conflicts = new ArrayList<>();
        for (int l = 1; l < levels.size(); l++) {
            for (String cell : broken.get(l)) {
                if (conflicts.size() == MAX_NAMES) {
                    return conflicts;
                }
                conflicts.add(conflict(l, cell));
            }
        }
        return conflicts;
    }

    int conflictCount() {
        int count = 0;
        for (Set<String> cellsOfLevel : broken) {
            count += cellsOfLevel.size();
        }
        return count;
    }

    private PoolReport.TreeConflict conflict(int level, String cell) {
        Map<String, Set<Member>> parents = new TreeMap<>(cells.get(level).getOrDefault(cell, Map.of()));
        // One node of each parent: with a single mislabelled node, that one is among them.
        List<String> examples = parents.values().stream()
                .limit(MAX_NAMES)
                .map(nodes ->
                        nodes.stream().map(Member::name).min(String::compareTo).orElse(""))
                .toList();
        return new PoolReport.TreeConflict(
                levels.get(level).name(),
                cell,
                levels.get(level - 1).name(),
                parents.keySet().stream().limit(MAX_NAMES).toList(),
                examples);
    }
}
