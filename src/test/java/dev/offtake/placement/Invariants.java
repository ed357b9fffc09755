package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts everything again from scratch and compares it with the state that is kept up to date (I1, I3, I4). */
final class Invariants {
    /** Counts of what fits that are checked at a time. */
    private static final int AT_A_TIME = 3;

    private final PlacementWorld world;
    private int next;

    Invariants(PlacementWorld world) {
        this.world = world;
    }

    void check() {
        Map<String, PlainPool> plain = plain();
        assertThat(world.cluster.pools()).extracting(p -> p.pool().name()).containsExactlyElementsOf(plain.keySet());
        Promises promises = world.cluster.promises();
        for (PoolState pool : world.cluster.pools()) {
            PlainPool expected = plain.get(pool.pool().name());
            nodes(pool, expected);
            for (int d = 0; d < expected.depths(); d++) {
                cells(pool, expected, d);
            }
            claims(pool, expected);
            occupied(pool);
            filters(pool);
            fits(pool);
        }
        for (int p = 0; p < world.cluster.pools().size(); p++) {
            PoolState pool = promises.pool(p);
            for (int row = 0; row < pool.levels().rows(); row++) {
                assertThat(promises.needs().slack(p, row))
                        .as(
                                "Rule 2 for %s in %s: %s",
                                pool.levels().rowName(row), pool.pool().name(), promises.entitlements())
                        .isNotNegative();
            }
            assertThat(promises.needs().holdsAlone(p))
                    .as(
                            "Rule 2 in %s, as it is assigned: %s",
                            promises.pool(p).pool().name(), promises.entitlements())
                    .isTrue();
        }
        Promises anew = world.cluster.standingPromises().filled();
        for (Account account : world.accounts.values()) {
            assertThat(promises.entitled(account.name())).isBetween(0, account.committed());
            assertThat(promises.entitled(account.name())).isEqualTo(anew.entitled(account.name()));
            assertThat(world.cluster.quotas().onDemandUsed(account.name()))
                    .as("on demand of %s", account.name())
                    .isEqualTo(onDemand(account.name(), plain));
        }
    }

    /** After a placement: nothing is given twice (I1), and nobody has more than he is entitled to (I3). */
    void placed(GangDemand gang, Outcome.Placed placed) {
        Map<String, PlainPool> plain = plain();
        int pods = 0;
        for (var ofPodSet : placed.assignment().nodes()) {
            for (Assignment.NodePods on : ofPodSet) {
                pods += on.pods();
                PlainPool.PlainNode node =
                        plain.get(placed.assignment().pool()).nodes.get(on.node());
                assertThat(node.state.health().takesWork()).isTrue();
                assertThat(node.devices).isLessThanOrEqualTo(node.state.facts().allocatable(Site.RESOURCE));
                assertThat(node.charged()).isLessThanOrEqualTo(node.state.gpus());
                if (gang.podSets().stream().anyMatch(p -> p.shape().request("cpu") > 0)) {
                    // Pods outside contracts come unasked.
                    assertThat(node.cpu).isLessThanOrEqualTo(node.state.facts().allocatable("cpu"));
                }
                assertThat(node.memory).isLessThanOrEqualTo(node.state.facts().allocatable("memory"));
                assertThat(node.pods).isLessThanOrEqualTo(node.state.facts().allocatable("pods"));
                assertThat(gang.avoid()).doesNotContain(on.node());
            }
        }
        assertThat(pods).as("all or nothing").isEqualTo(gang.pods());
        String account = placed.claimant().account();
        Promises promises = world.cluster.promises();
        if (placed.claimant().tier() == Tier.RESERVED) {
            assertThat(promises.claimedUsable(account)).isLessThanOrEqualTo(promises.entitled(account));
            assertThat(promises.claimed(account))
                    .isLessThanOrEqualTo(world.accounts.get(account).committed());
        } else if (placed.claimant().tier() == Tier.SPOT) {
            assertThat(placed.victims()).as("spot evicts nobody").isEmpty();
        } else {
            assertThat(world.cluster.quotas().onDemandUsed(account))
                    .isLessThanOrEqualTo(world.accounts.get(account).onDemandGpus());
        }
    }

    /** Nodes in use of each cell of a declared size, with those that are kept for who has bound a cell in it. */
    Map<String, Integer> nodesInUse() {
        Map<String, Integer> inUse = new TreeMap<>();
        forEachSized((name, tree, cell) -> inUse.put(name, tree.inUse(cell)));
        return inUse;
    }

    /** After a placement: no more nodes of a cell are in use than it may give, unless as many were before. */
    void sparesAreFree(Map<String, Integer> before) {
        forEachSized((name, tree, cell) -> {
            if (tree.isOverused(cell)) {
                assertThat(tree.inUse(cell))
                        .as("nodes in use of %s", name)
                        .isLessThanOrEqualTo(before.getOrDefault(name, 0));
            }
        });
    }

    private interface OfCell {
        void accept(String name, CellTree tree, int cell);
    }

    private void forEachSized(OfCell action) {
        for (PoolState pool : world.cluster.pools()) {
            for (int d = 1; d < pool.levels().nodeDepth(); d++) {
                CellTree tree = pool.occupied(d);
                for (int c = 0; c < tree.bound(); c++) {
                    if (tree.exists(c) && tree.isSized(c)) {
                        action.accept(pool.pool().name() + tree.path(c), tree, c);
                    }
                }
            }
        }
    }

    private Map<String, PlainPool> plain() {
        Map<String, PlainPool> pools = new LinkedHashMap<>();
        for (Pool pool : world.cluster.fleet().pools()) {
            pools.put(pool.name(), new PlainPool(pool, world.accounts));
        }
        for (String name : world.nodes.keySet()) {
            NodeState state = world.cluster.fleet().node(name).orElseThrow();
            state.pool().ifPresent(p -> pools.get(p).nodes.put(name, new PlainPool.PlainNode(state)));
        }
        for (PlainPool pool : pools.values()) {
            world.work.values().forEach(w -> add(pool, w));
            pool.nodes.values().forEach(n -> addLoose(pool, n));
        }
        return pools;
    }

    private static void add(PlainPool pool, PlacementWorld.Work work) {
        for (int i = 0; i < work.gang().podSets().size(); i++) {
            Shape shape = work.gang().podSets().get(i).shape();
            for (Assignment.NodePods on : work.assignment().nodes().get(i)) {
                PlainPool.PlainNode node = pool.nodes.get(on.node());
                if (node != null) {
                    if (work.claimant().tier() == Tier.SPOT) {
                        node.lent += pool.charge(node, shape) * on.pods();
                    } else {
                        node.gpus.merge(
                                pool.owner(work.claimant()), pool.charge(node, shape) * on.pods(), Integer::sum);
                    }
                    addResources(node, shape, on.pods());
                }
            }
        }
    }

    private void addLoose(PlainPool pool, PlainPool.PlainNode node) {
        String name = node.state.facts().name();
        long cpu = 0;
        long memory = 0;
        int gpus = 0;
        for (PlacementWorld.Loose loose : world.loose.values()) {
            if (loose.node().equals(name)) {
                addResources(node, loose.shape(), 1);
                if (loose.shape().gpus() == 0) {
                    cpu += loose.shape().request("cpu");
                    memory += loose.shape().request("memory");
                } else {
                    gpus += pool.charge(node, loose.shape());
                }
            }
        }
        int size = pool.size(pool.rows.indexOf("node"));
        long allCpu = node.state.facts().allocatable("cpu");
        long allMemory = node.state.facts().allocatable("memory");
        long stranded = Math.max(cpu * size / Math.max(1, allCpu), memory * size / Math.max(1, allMemory));
        int open = gpus + (int) Math.min(size, stranded);
        if (open > 0) {
            node.gpus.merge("", open, Integer::sum);
        }
    }

    private static void addResources(PlainPool.PlainNode node, Shape shape, int pods) {
        node.devices += (long) shape.gpus() * pods;
        node.cpu += shape.request("cpu") * pods;
        node.memory += shape.request("memory") * pods;
        node.pods += shape.request("pods") * pods;
    }

    private int onDemand(String account, Map<String, PlainPool> pools) {
        int sum = 0;
        for (PlacementWorld.Work work : world.work.values()) {
            if (!work.claimant().equals(PlacementWorld.onDemand(account))) {
                continue;
            }
            for (int i = 0; i < work.gang().podSets().size(); i++) {
                Shape shape = work.gang().podSets().get(i).shape();
                for (Assignment.NodePods on : work.assignment().nodes().get(i)) {
                    for (PlainPool pool : pools.values()) {
                        PlainPool.PlainNode node = pool.nodes.get(on.node());
                        sum += node == null ? 0 : pool.charge(node, shape) * on.pods();
                    }
                }
            }
        }
        return sum;
    }

    private static void nodes(PoolState pool, PlainPool expected) {
        assertThat(pool.nodes()).hasSize(expected.nodes.size());
        for (int n : pool.nodes()) {
            String name = pool.node(n).facts().name();
            PlainPool.PlainNode node = expected.nodes.get(name);
            assertThat(pool.node(n)).isEqualTo(node.state);
            Resources used = pool.resources();
            assertThat(used.used(n, Resources.DEVICES))
                    .as("devices of %s", name)
                    .isEqualTo(node.devices);
            assertThat(used.used(n, Resources.CPU)).as("cpu of %s", name).isEqualTo(node.cpu);
            assertThat(used.used(n, Resources.MEMORY)).as("memory of %s", name).isEqualTo(node.memory);
            assertThat(used.used(n, Resources.PODS)).as("pods of %s", name).isEqualTo(node.pods);
            assertThat(pool.charged(n)).as("charged on %s", name).isEqualTo(node.charged());
            assertThat(pool.lent(n)).as("lent on %s", name).isEqualTo(node.lent);
            assertThat(pool.effective(n)).as("effective on %s", name).isEqualTo(expected.effective(node));
        }
    }

    private static void cells(PoolState pool, PlainPool expected, int depth) {
        CellTree tree = pool.cells(depth);
        int cells = 0;
        for (int c = 0; c < tree.bound(); c++) {
            cells += tree.exists(c) ? 1 : 0;
        }
        assertThat(cells).isEqualTo(expected.cells(depth).size());
        for (int n : pool.nodes()) {
            PlainPool.PlainNode node = expected.nodes.get(pool.node(n).facts().name());
            String cell = expected.cell(node, depth);
            int c = pool.ancestor(depth, n);
            assertThat(tree.path(c)).isEqualTo(cell);
            if (expected.nodesIn(depth, cell).get(0) == node) {
                PlainPool.Offer offer = expected.offer(depth, cell);
                String where = pool.pool().name() + cell;
                assertThat(tree.isUsable(c)).as("usable %s", where).isEqualTo(expected.isUsable(depth, cell));
                assertThat(tree.isWhole(c)).as("whole %s", where).isEqualTo(expected.isWhole(depth, cell));
                assertThat(tree.used(c)).as("used %s", where).isEqualTo(expected.used(depth, cell));
                assertThat(tree.owner(c) != CellTree.NOBODY)
                        .as("bound %s", where)
                        .isEqualTo(expected.isBound(depth, cell));
                for (int row = 0; row < expected.rows.size(); row++) {
                    assertThat(tree.avail(c, row))
                            .as("%s in %s", expected.rows.get(row), where)
                            .isEqualTo(expected.avail(offer, row));
                }
            }
        }
    }

    /** The cells with all work in them, as they would be told node by node. */
    private static void occupied(PoolState pool) {
        LevelTable levels = pool.levels();
        Tally fresh = new Tally(levels);
        fresh.growTo(Math.max(16, pool.bound()));
        int[][] ancestor = new int[levels.nodeDepth()][pool.bound()];
        for (int n : pool.nodes()) {
            for (int d = 0; d < levels.nodeDepth(); d++) {
                CellTree tree = pool.cells(d);
                int cell = pool.ancestor(d, n);
                ancestor[d][n] = fresh.cells(d).enter(tree.path(cell), tree.isKnown(cell));
            }
        }
        for (int d = 0; d < levels.nodeDepth(); d++) {
            for (int n : pool.nodes()) {
                int cell = ancestor[d][n];
                if (fresh.cells(d).owner(cell) == CellTree.NOBODY) {
                    CellTree tree = fresh.cells(d);
                    pool.cells(d).claims(pool.ancestor(d, n)).forEach((owner, gpus) -> tree.claim(cell, owner, gpus));
                }
            }
        }
        for (int n : pool.nodes()) {
            NodeState node = pool.node(n);
            fresh.update(
                    n,
                    ancestor,
                    node.health().takesWork() ? node.gpus() : 0,
                    node.health() == NodeState.Health.USABLE,
                    Math.max(pool.effective(n), pool.charged(n) + pool.lent(n)),
                    (depth, cell, usable) -> {});
        }
        for (int d = 0; d < levels.nodeDepth(); d++) {
            for (int n : pool.nodes()) {
                CellTree kept = pool.occupied(d);
                int cell = pool.ancestor(d, n);
                for (int row = 0; row < levels.rows(); row++) {
                    assertThat(kept.avail(cell, row))
                            .as("idle %s in %s", levels.rowName(row), kept.path(cell))
                            .isEqualTo(fresh.cells(d).avail(ancestor[d][n], row));
                }
                assertThat(kept.isWhole(cell)).isEqualTo(fresh.cells(d).isWhole(ancestor[d][n]));
            }
        }
    }

    private void claims(PoolState pool, PlainPool expected) {
        for (String account : world.accounts.keySet()) {
            if (expected.owner(PlacementWorld.reserved(account)).isEmpty()) {
                continue;
            }
            int owner = world.cluster.owner(account);
            int[] claims = expected.claims(account);
            assertThat(pool.claimed(owner)).as("claimed by %s", account).isEqualTo(claims[0]);
            assertThat(pool.claimedUnusable(owner))
                    .as("claimed by %s, unusable", account)
                    .isEqualTo(claims[1]);
        }
    }

    private void filters(PoolState pool) {
        world.cluster.filters().kept(pool).forEach((filter, bits) -> {
            BitSet expected = new BitSet();
            pool.nodes()
                    .forEach(n -> expected.set(n, filter.accepts(pool.node(n).facts())));
            assertThat(bits).isEqualTo(expected);
        });
    }

    /** Some of what is kept of what fits, with the order in which it is tried; another part each time. */
    private void fits(PoolState pool) {
        List<FitIndexes.Key> kept = List.copyOf(pool.fits().kept().keySet());
        for (int i = 0; i < Math.min(AT_A_TIME, kept.size()); i++) {
            FitIndexes.Key key = kept.get(Math.floorMod(next++, kept.size()));
            FitIndex index = find(pool.fits().kept(), key);
            compare(pool, key, index, index);
        }
        List<FitIndexes.OwnKey> owns = List.copyOf(pool.fits().keptOwn().keySet());
        for (int i = 0; i < Math.min(AT_A_TIME, owns.size()); i++) {
            FitIndexes.OwnKey key = owns.get(Math.floorMod(next++, owns.size()));
            OwnFits own = find(pool.fits().keptOwn(), key);
            compare(pool, key.key().of(key.owner()), own, own.others());
        }
    }

    private static <K, V> V find(Map<K, V> kept, K key) {
        return kept.entrySet().stream()
                .filter(e -> e.getKey().equals(key))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private void compare(PoolState pool, FitIndexes.Key key, Fits kept, FitIndex asked) {
        GangDemand.PodSet podSet = new GangDemand.PodSet("any", 1, key.shape(), key.filter(), key.slice());
        BitSet accepted = world.cluster.accepted(pool, podSet);
        PlainFits plain =
                new PlainFits(pool, key.right(), key.reach(), podSet, accepted, asked.avoided(), key.spared());
        kept.refresh();
        fits(pool, key.toString(), kept, plain);
        if (key.reach() != Fits.Reach.EMPTY) {
            order(pool, key.toString(), kept, plain);
        }
    }

    private static void fits(PoolState pool, String what, Fits index, PlainFits plain) {
        int nodeDepth = pool.levels().nodeDepth();
        for (int d = 0; d <= nodeDepth && pool.hasNodes(); d++) {
            for (int n : pool.nodes()) {
                int cell = pool.ancestor(d, n);
                assertThat(index.of(d, cell)).as("%s at %d, %d", what, d, cell).isEqualTo(plain.of(d, cell));
                assertThat(index.inside(d, cell))
                        .as("%s at %d, %d, inside", what, d, cell)
                        .isEqualTo(plain.inside(d, cell));
            }
            assertThat(index.most(d)).as("%s, most at %d", what, d).isEqualTo(plain.most(d));
        }
    }

    private static void order(PoolState pool, String what, Fits index, PlainFits plain) {
        int nodeDepth = pool.levels().nodeDepth();
        for (int d = 0; d <= nodeDepth && pool.hasNodes(); d++) {
            for (int pods : new int[] {1, 3}) {
                assertThat(all(index.tightestFirst(d, null, pods)))
                        .as("%s, at %d from the tightest", what, d)
                        .isEqualTo(all(plain.tightestFirst(d, null, pods)));
            }
            for (int above = 0; above < d; above++) {
                Fits.Domain within =
                        new Fits.Domain(above, pool.ancestor(above, pool.nodes().get(0)));
                assertThat(all(index.tightestFirst(d, within, 1)))
                        .as("%s, at %d in %s from the tightest", what, d, within)
                        .isEqualTo(all(plain.tightestFirst(d, within, 1)));
            }
            if (d > 0) {
                Fits.Domain above =
                        new Fits.Domain(d - 1, pool.ancestor(d - 1, pool.nodes().get(0)));
                assertThat(all(index.roomiestFirst(above)))
                        .as("%s, in %s from the roomiest", what, above)
                        .isEqualTo(all(plain.roomiestFirst(above)));
            }
        }
    }

    private static List<Integer> all(Fits.Cells cells) {
        List<Integer> all = new ArrayList<>();
        for (int cell = cells.next(); cell >= 0; cell = cells.next()) {
            all.add(cell);
        }
        return all;
    }
}
