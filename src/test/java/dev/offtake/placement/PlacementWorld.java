package dev.offtake.placement;

import dev.offtake.fleet.NodeFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.Assertions;

/** Pools, accounts and work, as a test tells its story. All invariants are checked after every step. */
final class PlacementWorld {
    final Cluster cluster = new Cluster();
    final Placer placer = new Placer(cluster);
    /** Everything that is placed, by the name that the test gave it. */
    final Map<String, Work> work = new LinkedHashMap<>();
    /** Pods that are nobody's seat. */
    final Map<String, Loose> loose = new TreeMap<>();

    /** Names of work that had to go. */
    final List<String> evictions = new ArrayList<>();

    final Map<String, NodeFacts> nodes = new TreeMap<>();
    final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Invariants invariants = new Invariants(this);

    record Work(GangDemand gang, Claimant claimant, Assignment assignment) {}

    record Loose(String node, Shape shape) {}

    PlacementWorld(Site... sites) {
        for (Site site : sites) {
            cluster.putPool(site.pool());
            site.nodes().forEach(this::put);
        }
        check();
    }

    void check() {
        invariants.check();
    }

    // Supply

    void put(NodeFacts node) {
        nodes.put(node.name(), node);
        cluster.putNode(node);
    }

    /** The node and everything that it said is gone. */
    void remove(String node) {
        nodes.remove(node);
        cluster.removeNode(node);
        check();
    }

    private void change(String name, boolean ready, boolean unschedulable, long gpus) {
        NodeFacts node = nodes.get(name);
        Map<String, Long> allocatable = new TreeMap<>(node.allocatable());
        allocatable.put(Site.RESOURCE, gpus);
        put(new NodeFacts(
                name, node.uid(), node.labels(), node.taints(), ready, unschedulable, node.conditions(), allocatable));
        check();
    }

    private long gpus(String node) {
        return nodes.get(node).allocatable(Site.RESOURCE);
    }

    void fail(String... names) {
        for (String name : names) {
            change(name, false, false, gpus(name));
        }
    }

    void cordon(String name) {
        change(name, true, true, gpus(name));
    }

    void heal(String name) {
        change(name, true, false, gpus(name));
    }

    /** The node has only so many GPUs from now on. */
    void degrade(String name, int gpus) {
        change(name, true, false, gpus);
    }

    /** Gives a node other labels. */
    void relabel(String name, Map<String, String> labels) {
        NodeFacts node = nodes.get(name);
        put(new NodeFacts(
                name, node.uid() + "'", labels, node.taints(), true, false, node.conditions(), node.allocatable()));
        check();
    }

    // Accounts

    /** An account of class {@code h100}; later ones come later in the order of entitlements. */
    void account(String name, String unit, int committed, int onDemand) {
        account(name, "h100", unit, committed, onDemand);
    }

    void account(String name, String gpuClass, String unit, int committed, int onDemand) {
        account(new Account(name, gpuClass, unit, committed, onDemand));
    }

    void account(Account account) {
        accounts.put(account.name(), account);
        cluster.setAccounts(accounts.values());
        check();
    }

    void close(String account) {
        accounts.remove(account);
        cluster.setAccounts(accounts.values());
        check();
    }

    int entitled(String account) {
        return cluster.promises().entitled(account);
    }

    int claimed(String account) {
        return cluster.promises().claimed(account);
    }

    // Work

    static Claimant reserved(String account) {
        return new Claimant(account, Tier.RESERVED);
    }

    static Claimant onDemand(String account) {
        return new Claimant(account, Tier.ON_DEMAND);
    }

    static Claimant spot(String account) {
        return new Claimant(account, Tier.SPOT);
    }

    /** Spot work makes room. */
    Outcome place(String name, Claimant claimant, GangDemand gang, int kept) {
        Before before = before();
        Outcome plain = plainly(claimant, gang, kept);
        Outcome outcome = placer.place(gang, claimant, Keep.of(kept), new Lent(this), true);
        Assertions.assertThat(outcome)
                .as("%s by what was kept and by what is there", name)
                .isEqualTo(plain);
        if (outcome instanceof Outcome.Placed placed) {
            for (Evictables.Victim victim : placed.victims()) {
                String evicted = ((Lent.Guest) victim).name();
                seats(work.remove(evicted), -1);
                evictions.add(evicted);
            }
        }
        return took(name, gang, outcome, before);
    }

    /** What would come of it on these accounts; nothing is changed. */
    Outcome wouldPlace(GangDemand gang, List<Claimant> claimants) {
        Evictables lent = new Lent(this);
        Outcome outcome = placer.place(
                gang,
                claimants.stream()
                        .map(claimant -> new Terms(claimant, Keep.NOTHING, lent))
                        .toList(),
                false);
        if (outcome instanceof Outcome.Placed placed) {
            seats(new Work(gang, placed.claimant(), placed.assignment()), -1);
        }
        return outcome;
    }

    /** What would come of it if the whole pool was gone through. */
    private Outcome plainly(Claimant claimant, GangDemand gang, int kept) {
        Outcome outcome = new Placer(cluster, PlainFits::source, false)
                .place(gang, claimant, Keep.of(kept), new Lent(this), true);
        if (outcome instanceof Outcome.Placed placed) {
            seats(new Work(gang, placed.claimant(), placed.assignment()), -1);
        }
        return outcome;
    }

    Outcome placeBeside(String name, Claimant claimant, Ask gang, String node) {
        Before before = before();
        return took(
                name,
                gang.demand(),
                placer.placeBeside(gang.demand(), new Terms(claimant, Keep.NOTHING, Evictables.NONE), node),
                before);
    }

    /** Tries more pods of a gang that must not have a place. */
    Refusal refusedBeside(Claimant claimant, Ask gang, String node) {
        Outcome outcome = placeBeside("refused", claimant, gang, node);
        Assertions.assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).refusal();
    }

    private Outcome took(String name, GangDemand gang, Outcome outcome, Before before) {
        if (outcome instanceof Outcome.Placed placed) {
            Assertions.assertThat(work).doesNotContainKey(name);
            work.put(name, new Work(gang, placed.claimant(), placed.assignment()));
            invariants.placed(gang, placed);
        }
        entitlements()
                .forEach((account, entitled) -> Assertions.assertThat(entitled)
                        .as("entitled %s after placing %s: %s", account, name, outcome)
                        .isGreaterThanOrEqualTo(before.entitled().get(account)));
        invariants.sparesAreFree(before.nodesInUse());
        check();
        return outcome;
    }

    /** What is lent becomes somebody's own where it is, if he may have it there. */
    boolean claim(String name, Claimant claimant) {
        Work lent = work.get(name);
        Before before = before();
        List<Placer.Lying> lying = new ArrayList<>();
        for (int i = 0; i < lent.gang().podSets().size(); i++) {
            Shape shape = lent.gang().podSets().get(i).shape();
            lent.assignment().nodes().get(i).forEach(on -> lying.add(new Placer.Lying(on.node(), shape, on.pods())));
        }
        boolean claimed =
                placer.claim(lying, lent.claimant(), claimant, lent.gang().resource(), Keep.NOTHING);
        if (claimed) {
            work.remove(name);
            took(
                    name,
                    lent.gang(),
                    new Outcome.Placed(claimant, lent.assignment(), List.of(), Optional.empty()),
                    before);
        } else {
            check();
        }
        return claimed;
    }

    /** What no placement may lower, and what it may not raise at will. */
    private record Before(Map<String, Integer> entitled, Map<String, Integer> nodesInUse) {}

    private Before before() {
        return new Before(entitlements(), invariants.nodesInUse());
    }

    private Map<String, Integer> entitlements() {
        Map<String, Integer> all = new TreeMap<>();
        accounts.keySet().forEach(a -> all.put(a, entitled(a)));
        return all;
    }

    /** Places a gang that has to have a place; its nodes with the pods on each. */
    Map<String, Integer> placed(String name, Claimant claimant, Ask gang) {
        return placed(name, claimant, gang.demand());
    }

    Map<String, Integer> placed(String name, Claimant claimant, GangDemand gang) {
        Outcome outcome = place(name, claimant, gang, 0);
        Assertions.assertThat(outcome)
                .as("%s for %s: %s", name, claimant, outcome)
                .isInstanceOf(Outcome.Placed.class);
        return nodesOf(name);
    }

    /** Tries a gang that must not have a place. */
    Refusal refused(Claimant claimant, Ask gang) {
        return refused(claimant, gang, 0);
    }

    Refusal refused(Claimant claimant, Ask gang, int kept) {
        Outcome outcome = place("refused", claimant, gang.demand(), kept);
        Assertions.assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).refusal();
    }

    void release(String name) {
        seats(work.remove(name), -1);
        check();
    }

    private void seats(Work of, int sign) {
        for (int i = 0; i < of.gang().podSets().size(); i++) {
            Shape shape = of.gang().podSets().get(i).shape();
            for (Assignment.NodePods on : of.assignment().nodes().get(i)) {
                cluster.seat(on.node(), of.claimant(), shape, on.pods() * sign);
            }
        }
    }

    /** A pod outside contracts starts on a node. */
    void occupy(String uid, String node, Ask pod) {
        loose.put(uid, new Loose(node, pod.shape()));
        cluster.occupy(uid, node, pod.shape());
        check();
    }

    void vacate(String uid) {
        loose.remove(uid);
        cluster.vacate(uid);
        check();
    }

    /** Pods by node, of all pod sets. */
    Map<String, Integer> nodesOf(String name) {
        Map<String, Integer> pods = new TreeMap<>();
        work.get(name).assignment().nodes().forEach(s -> s.forEach(n -> pods.merge(n.node(), n.pods(), Integer::sum)));
        return pods;
    }

    /** The racks that work is in. */
    List<String> racksOf(String name) {
        TreeSet<String> racks = new TreeSet<>();
        nodesOf(name).keySet().forEach(n -> racks.add(n.substring(0, n.lastIndexOf('-'))));
        return new ArrayList<>(racks);
    }
}
