package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How much of what is committed can be kept at this instant, and from which pool: semantics.md, "Entitled". Filled in the
 * order of the owners given, as far as {@link Needs} have room: running claims count first, as what they hold is on
 * neither side.
 *
 * <p>Who can be given more is not decided by where those before him were put: they are moved to other pools of theirs
 * first. So the counts do not depend on the assignment, and a claim, wherever it is placed, leaves everybody his.
 */
final class Entitlements {
    private final List<PoolState> pools;
    private final Needs needs;
    /** Units by pool and owner that the pool serves, claimed at the time of filling or not. */
    private final int[][] assigned;

    private final int[] entitled;
    /** All pools by their class, whichever units they know. */
    private final Map<String, List<Integer>> byClass;
    /** Those that are filled, by owner, in their order. */
    private final Map<Integer, Promise> filled = new LinkedHashMap<>();
    /** Whether everybody has exactly what he was promised, claimed or not. */
    private boolean settled = true;

    /**
     * What one owner was promised. Whose part goes before others has one for that, and another one, for all of it, later.
     *
     * @param pools that may serve it
     * @param before for each of these pools, the units that it was to serve before
     */
    record Promise(int owner, int committed, List<Integer> pools, List<Integer> before) {}

    Entitlements(List<PoolState> pools, int owners, List<Promise> inOrder) {
        this.pools = pools;
        byClass = IntStream.range(0, pools.size())
                .boxed()
                .collect(Collectors.groupingBy(p -> pools.get(p).pool().gpuClass()));
        needs = new Needs(
                pools,
                owners,
                inOrder.stream()
                        .filter(promise -> promise.committed() > 0)
                        .map(Promise::owner)
                        .toList());
        assigned = new int[pools.size()][owners];
        entitled = new int[owners];
        for (Promise promise : inOrder) {
            fill(promise);
        }
        for (Promise promise : inOrder) {
            for (int p : promise.pools()) {
                assigned[p][promise.owner()] =
                        pools.get(p).claimedUsable(promise.owner()) + needs.unclaimed(p, promise.owner());
            }
        }
    }

    private void fill(Promise promise) {
        int usableClaims = 0;
        for (int p : promise.pools()) {
            usableClaims += pools.get(p).claimedUsable(promise.owner());
        }
        int had = usableClaims + unclaimed(promise);
        int wanted = Math.max(0, promise.committed() - had);
        int got = assign(promise, wanted);
        filled.remove(promise.owner());
        filled.put(promise.owner(), promise);
        if (got < wanted && !promise.pools().isEmpty() && ofClass(promise).size() > 1) {
            got += rearrange(promise, wanted - got);
        }
        settled &= had + got == promise.committed();
        entitled[promise.owner()] = Math.min(promise.committed(), had + got);
    }

    /** Whether everybody has exactly what he was promised. */
    boolean areKept() {
        return settled;
    }

    /** Assigns so many unclaimed units to pools, as far as they have room; answers how many. */
    private int assign(Promise promise, int wanted) {
        int filled = 0;
        // What held before holds again, so that a change elsewhere never loses an assignment that was found.
        for (int i = 0; i < promise.pools().size(); i++) {
            int p = promise.pools().get(i);
            long again = Math.min(
                    promise.before().get(i)
                            - pools.get(p).claimedUsable(promise.owner())
                            - needs.unclaimed(p, promise.owner()),
                    needs.room(p, promise.owner()));
            filled += take(p, promise.owner(), (int) Math.min(wanted - filled, again));
        }
        // What a pool can give without breaking larger cells goes first, wherever it is; then the tightest pool.
        for (int p : promise.pools()) {
            filled += take(p, promise.owner(), Math.min(wanted - filled, needs.fragments(p, promise.owner())));
        }
        List<Integer> byRoom = new ArrayList<>(promise.pools());
        byRoom.sort((a, b) -> Long.compare(needs.room(a, promise.owner()), needs.room(b, promise.owner())));
        for (int p : byRoom) {
            filled += take(p, promise.owner(), (int) Math.min(wanted - filled, needs.room(p, promise.owner())));
        }
        return filled;
    }

    /** Makes room for more units of a promise by moving what is assigned to other pools; answers for how many. */
    private int rearrange(Promise promise, int wanted) {
        int before = unclaimed(promise);
        int got = 0;
        int most = (int) Math.min(wanted, roomInAll(promise));
        // Where promises may be moved at will, what the pools have together decides, and the first try succeeds.
        for (int more = most; got < most; more = (got + most + 1) / 2) {
            if (assignAnew(promise, before + more)) {
                got = more;
            } else {
                most = more - 1;
            }
        }
        return got;
    }

    /** At most for so many more units there is room in all pools of a promise's class, whoever goes where. */
    private long roomInAll(Promise promise) {
        long free = 0;
        for (int p : ofClass(promise)) {
            free += needs.left(p, pools.get(p).levels().gpuRow());
        }
        long most = free / unitGpus(promise);
        return most <= 0 ? 0 : Math.min(most, needs.roomTogether(promise.pools().get(0), promise.owner()));
    }

    /** Assigns all units of the class anew, largest first, with so many of this promise; changes nothing if that fails. */
    private boolean assignAnew(Promise promise, int units) {
        String gpuClass = gpuClass(promise);
        List<Promise> ofClass = filled.values().stream()
                .filter(p -> !p.pools().isEmpty() && gpuClass(p).equals(gpuClass))
                .sorted(Comparator.<Promise>comparingInt(p -> -unitGpus(p))
                        .thenComparingInt(p -> p.pools().size()))
                .toList();
        int[][] before = needs.unclaimed();
        int[] wanted = ofClass.stream()
                .mapToInt(p -> p.owner() == promise.owner() ? units : unclaimed(p))
                .toArray();
        ofClass.forEach(p ->
                p.pools().forEach(pool -> needs.change(pool, p.owner(), -needs.unclaimed(pool, p.owner()))));
        for (int i = 0; i < wanted.length; i++) {
            if (assign(ofClass.get(i), wanted[i]) < wanted[i]) {
                ofClass.forEach(p -> p.pools()
                        .forEach(pool -> needs.change(
                                pool, p.owner(), before[pool][p.owner()] - needs.unclaimed(pool, p.owner()))));
                return false;
            }
        }
        return true;
    }

    private List<Integer> ofClass(Promise promise) {
        return byClass.getOrDefault(gpuClass(promise), List.of());
    }

    private String gpuClass(Promise promise) {
        return pools.get(promise.pools().get(0)).pool().gpuClass();
    }

    private int unitGpus(Promise promise) {
        PoolState pool = pools.get(promise.pools().get(0));
        return pool.levels().gpus(pool.unitRow(promise.owner()));
    }

    private int unclaimed(Promise promise) {
        return promise.pools().stream()
                .mapToInt(p -> needs.unclaimed(p, promise.owner()))
                .sum();
    }

    private int take(int p, int owner, int units) {
        if (units > 0) {
            needs.change(p, owner, units);
        }
        return Math.max(0, units);
    }

    /**
     * Takes over that the owner claims so many usable units more in the pool, fewer where negative, if everybody keeps
     * what he is entitled to with it; else these entitlements are out of date.
     */
    boolean absorb(int p, int owner, int units) {
        if (!settled || needs.unclaimed(p, owner) < units) {
            return false;
        }
        if (units != 0) {
            needs.change(p, owner, -units);
        }
        return needs.holdsAlone(p);
    }

    /** The largest count of the owner's commitment that can be kept, in cells of its unit. */
    int entitled(int owner) {
        return owner < entitled.length ? entitled[owner] : 0;
    }

    /** The units of the owner that this pool serves, claimed or not, when they were filled. */
    int assigned(int p, int owner) {
        return owner < entitled.length ? assigned[p][owner] : 0;
    }

    /** What is entitled and unclaimed, by the pools that are to serve it. */
    Needs needs() {
        return needs;
    }

    @Override
    public String toString() {
        return "entitled " + Arrays.toString(entitled) + ", " + needs;
    }
}
