package dev.offtake.schedule;

import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The gangs that wait, in the order of {@link Queue}, kept up to date as they come and go. A pass through it costs what
 * is served and the kinds there are, not the gangs there are.
 */
final class Waiting {
    private final Map<Queue.Line, NavigableMap<Integer, Row>> lines = new HashMap<>();
    private final Map<Kind.Key, Kind> kinds = new LinkedHashMap<>();
    private final Shares shares;
    private final IntSupplier leastNode;
    private SpotOrder spotOrder = WaitRules.DEFAULT.spotOrder();
    private int size;

    /**
     * A gang whose turn it is.
     *
     * @param borrows whether what is lent is given out now; a gang that accepts both had its turn for the rest before
     */
    record Turn(Gang gang, Kind kind, Position position, boolean borrows) {}

    /** The first of a row of a kind. */
    private record First(Kind kind, Row row, Position position, int gpus) implements Turns.Head {
        First(Kind kind, Row row) {
            this(kind, row, row.positionOfFirst(), row.first().spec().leastGpus());
        }

        @Override
        public Rank rank() {
            return row.rank();
        }
    }

    /** One that runs, and where it would stand if it waited. */
    private record Runner(Gang gang, Position position) implements Turns.Head {
        @Override
        public Rank rank() {
            return gang.rank();
        }

        @Override
        public int gpus() {
            return gang.spec().leastGpus();
        }
    }

    /** @param leastNode GPUs of the smallest node that any pool has */
    Waiting(Shares shares, IntSupplier leastNode) {
        this.shares = shares;
        this.leastNode = leastNode;
    }

    /** Who is first of those that wait for what is lent. */
    void lendInOrder(SpotOrder order) {
        spotOrder = order;
    }

    /** Whether some of these that come together have an order in which they borrow that is not by age. */
    boolean competeForLent(List<Gang> gangs) {
        if (gangs.size() < 2) {
            return false;
        }
        List<GangSpec> borrowers =
                gangs.stream().map(Gang::spec).filter(SpotPart::accepts).toList();
        return spotOrder == SpotOrder.LARGEST_FIRST
                ? borrowers.size() > 1
                : borrowers.stream().map(GangSpec::tenant).distinct().count() > 1;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /**
     * Puts a gang where it belongs.
     *
     * @param key empty for one that is not ready: it has its place in line, but never a turn
     * @return its kind
     */
    Optional<Kind> put(Gang gang, Optional<Kind.Key> key) {
        remove(gang);
        Optional<Kind> kind = key.flatMap(this::kind);
        Place place = new Place(gang, gang.rank(), kind);
        gang.place(Optional.of(place));
        size++;
        // The kind's is the same object for all, which is found sooner than an equal one.
        lines.computeIfAbsent(kind.map(Kind::line).orElse(place.line()), l -> new TreeMap<>(Comparator.reverseOrder()))
                .computeIfAbsent(place.priority(), p -> new Row(place.rank(), shares))
                .add(place);
        kind.ifPresent(k -> k.add(place));
        return kind;
    }

    private Optional<Kind> kind(Kind.Key key) {
        return kinds.computeIfAbsent(key, k -> new Kind(k, shares)).itself();
    }

    void remove(Gang gang) {
        gang.place().ifPresent(this::remove);
    }

    private void remove(Place place) {
        place.gang().place(Optional.empty());
        size--;
        Map<Integer, Row> line = lines.getOrDefault(place.line(), new TreeMap<>());
        Row row = line.get(place.priority());
        if (row != null) {
            row.remove(place);
            if (row.isEmpty()) {
                line.remove(place.priority());
            }
        }
        if (line.isEmpty()) {
            lines.remove(place.line());
        }
        place.kind().ifPresent(kind -> {
            kind.remove(place);
            if (kind.isEmpty()) {
                kinds.remove(kind.key());
            }
        });
    }

    /** Of those in the queue that are ready. */
    Collection<Kind> kinds() {
        return kinds.values();
    }

    Optional<Kind> find(Kind.Key key) {
        return Optional.ofNullable(kinds.get(key));
    }

    /**
     * A gang that was refused, the first of those that ask for the same.
     *
     * @param position where it stands
     */
    record Refused(Gang gang, Position position, Kind.Verdict verdict) {}

    /** The first of each kind that was refused by such a verdict, in the order of the queue. */
    List<Refused> refused(Predicate<Kind.Verdict> by) {
        return kinds.values().stream()
                .flatMap(kind -> kind.verdict().filter(by).stream()
                        .flatMap(verdict -> kind.rows().values().stream()
                                .min(Comparator.comparing(Row::positionOfFirst))
                                .map(row -> new Refused(row.first(), row.positionOfFirst(), verdict))
                                .stream()))
                .sorted(Comparator.comparing(Refused::position))
                .toList();
    }

    /**
     * Gives gangs their turns in order, until each kind is refused or served. {@code serve} removes the gang or refuses
     * its kind. What is lent is given out last, or it would be taken back at once; among those that borrow by the
     * {@link SpotOrder}.
     *
     * @param running gangs that do not wait, but have their turn before anything is lent as if they did
     * @param overdue who was made before this goes first of those that borrow by size
     * @param share of a tenant; may grow by its own turns
     */
    void inOrder(
            Collection<Gang> running,
            Instant overdue,
            ToDoubleFunction<String> share,
            Consumer<Turn> serve,
            BiConsumer<Gang, Position> serveRunning) {
        running.forEach(gang -> put(gang, Optional.empty()));
        Turns firm = new Turns(shares);
        for (Kind kind : kinds.values()) {
            kind.hope();
            kind.rows().forEach((priority, row) -> row.standBehind(youngestBefore(kind.line(), priority)));
            if (kind.line().tier() != Tier.SPOT) {
                addFirsts(kind, firm);
            }
        }
        running.forEach(gang -> firm.add(new Runner(gang, positionOf(gang))));
        running.forEach(this::remove);
        firm.begin();
        while (!firm.isEmpty()) {
            firm.serveFirst(head -> {
                if (head instanceof Runner runner) {
                    serveRunning.accept(runner.gang(), runner.position().with(shares.portion(head.rank())));
                    return Optional.empty();
                }
                return serveFirst((First) head, false, serve);
            });
        }
        SpotOrder.Sizes sizes = new SpotOrder.Sizes(leastNode.getAsInt(), overdue);
        Map<String, Turns> borrowing = new TreeMap<>();
        for (Kind kind : kinds.values()) {
            if (kind.verdict().isEmpty()) {
                addFirsts(
                        kind,
                        borrowing.computeIfAbsent(
                                kind.line().tenant(), t -> Turns.ofBorrowers(shares, spotOrder.ofTenant(sizes))));
            }
        }
        PriorityQueue<Borrower> borrowers = new PriorityQueue<>(Borrower.ORDER);
        borrowing.forEach((tenant, turns) -> {
            turns.begin();
            borrowers.add(borrower(tenant, turns, share, sizes));
        });
        while (!borrowers.isEmpty()) {
            Borrower borrower = borrowers.remove();
            borrower.turns().serveFirst(head -> serveFirst((First) head, true, serve));
            if (!borrower.turns().isEmpty()) {
                borrowers.add(borrower(borrower.tenant(), borrower.turns(), share, sizes));
            }
        }
    }

    /**
     * A tenant that waits for what may be lent to it.
     *
     * @param weight of the one that has its turn next, see {@link SpotOrder#weight}
     */
    private record Borrower(String tenant, int weight, double share, Turns turns, Position next) {
        static final Comparator<Borrower> ORDER = Comparator.<Borrower>comparingInt(borrower -> -borrower.weight())
                .thenComparingDouble(Borrower::share)
                .thenComparing(Borrower::next);
    }

    private Borrower borrower(String tenant, Turns turns, ToDoubleFunction<String> share, SpotOrder.Sizes sizes) {
        Turns.Head next = turns.next();
        double counted = spotOrder.looksAtShare(next, sizes) ? share.applyAsDouble(tenant) : 0;
        return new Borrower(tenant, spotOrder.weight(next, sizes), counted, turns, next.position());
    }

    private static void addFirsts(Kind kind, Turns turns) {
        kind.rows().values().forEach(row -> turns.add(new First(kind, row)));
    }

    /** Answers who is the first after that. */
    private static Optional<Turns.Head> serveFirst(First head, boolean borrows, Consumer<Turn> serve) {
        Kind kind = head.kind();
        Row row = head.row();
        if (isRefused(kind, borrows)) {
            return Optional.empty();
        }
        Gang gang = row.first();
        serve.accept(new Turn(gang, kind, row.positionOfFirst(), borrows));
        boolean stays = !row.isEmpty() && row.first() == gang;
        if (stays && !isRefused(kind, borrows)) {
            throw new IllegalStateException(gang.id() + " is neither placed nor refused");
        }
        return row.isEmpty() ? Optional.empty() : Optional.of(new First(kind, row));
    }

    private static boolean isRefused(Kind kind, boolean borrows) {
        return kind.verdict().isPresent() || (!borrows && kind.unlent().isPresent());
    }

    /** Where a gang stands, or would if it waited. */
    Position positionOf(Gang gang) {
        Rank rank = gang.rank();
        Position.Age age = Position.Age.of(gang);
        Position.Age turn = youngestBefore(rank.line(), rank.priority())
                .filter(youngest -> youngest.compareTo(age) > 0)
                .orElse(age);
        return new Position(rank, turn, age, shares.portion(rank));
    }

    /** The youngest of those in a line that have a higher priority. */
    private Optional<Position.Age> youngestBefore(Queue.Line of, int priority) {
        @Nullable NavigableMap<Integer, Row> line = lines.get(of);
        if (line == null || line.isEmpty() || line.firstKey() <= priority) {
            return Optional.empty();
        }
        return line.headMap(priority, false).values().stream()
                .map(Row::youngest)
                .max(Comparator.naturalOrder());
    }
}
