package dev.offtake.schedule;

import dev.offtake.contract.SubTenant;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gangs that wait and ask the same of the same accounts. What one of them is refused, those that come after it are as
 * long as nothing has changed for the better, so they need not be tried.
 */
final class Kind {
    private final Key key;
    private final Shares shares;
    private final Optional<Kind> itself;
    /** By priority. */
    private final Map<Integer, Row> rows = new TreeMap<>();

    private Optional<Verdict> verdict = Optional.empty();
    /** What became of the first that asked for a place that is not lent, while the kind may still borrow. */
    private Optional<Verdict> unlent = Optional.empty();
    /** What was said last of a place that is not lent, and of one that is. */
    private Optional<Standing> lastUnlent = Optional.empty();

    private Optional<Standing> lastLent = Optional.empty();
    /** What all know that are not among the {@link #untold}. */
    private Optional<Reason.Code> told = Optional.empty();

    private final Untold untold = new Untold();

    /**
     * What makes gangs equal.
     *
     * @param subTenant for which they compete in their line
     * @param asked which accounts
     * @param demands their numbers, best first
     * @param length see {@link Backfill#length}
     */
    record Key(
            Queue.Line line, Optional<SubTenant> subTenant, Accounts.Asked asked, List<Integer> demands, int length) {
        static Key of(Gang gang, List<Demands.Demand> demands) {
            return new Key(
                    gang.rank().line(),
                    gang.rank().subTenant(),
                    gang.template().asked(),
                    demands.stream().map(Demands.Demand::number).toList(),
                    gang.template().length());
        }
    }

    /**
     * What became of the first that had to wait.
     *
     * @param refusal empty where it is not placement that refused
     * @param kept what is kept from later gangs for each of the kind
     * @param words what is known of when that ends
     */
    record Verdict(Reason reason, Optional<Refusal> refusal, Optional<Share> kept, Words words) {
        /** One for which no placement was tried. */
        static Verdict of(Reason reason) {
            return new Verdict(reason, Optional.empty(), Optional.empty(), Words.NONE);
        }

        Reason of(Gang gang) {
            boolean ofEach = refusal.isPresent() && Gang.isOfEach(refusal.get());
            return words.add(gang, ofEach ? gang.reason(refusal.get()) : reason);
        }

        /** The same of one that would be lent a place, were it not to be compact. */
        Verdict untilCompact() {
            Words more = (gang, given) -> gang.ask()
                    .flatMap(Gang.Ask::compactUntil)
                    .map(until -> words.add(gang, given).with(Reason.COMPACT_UNTIL, until))
                    .orElseGet(() -> words.add(gang, given));
            return new Verdict(reason, refusal, kept, more);
        }

        /** The same of one that is not lent a place either. */
        Verdict beside(Verdict lent) {
            return lent.reason().code() == Reason.Code.NOT_COMPACT ? untilCompact() : this;
        }
    }

    /**
     * A verdict, which holds as long as nothing changes for the better.
     *
     * @param freed see {@link dev.offtake.placement.Cluster#freed}
     * @param structure see {@link dev.offtake.placement.Cluster#structure}
     */
    record Standing(Verdict verdict, long freed, long structure) {
        boolean isOf(Reason.Code code, long structureNow) {
            return structure == structureNow && verdict.reason().code() == code;
        }
    }

    /** Adds to the reason of a gang. */
    interface Words {
        Words NONE = (gang, reason) -> reason;

        Reason add(Gang gang, Reason reason);
    }

    /** What is short of what a gang waits for. */
    enum Short {
        /** What its account has left. */
        QUOTA,
        /** The supply for what its account has left. */
        SUPPLY,
        /** Room for it in one piece. */
        SHAPE
    }

    /**
     * Units of an account; GPUs on demand. None where only the shape is short.
     *
     * @param by what they are short by
     */
    record Share(Claimant claimant, int units, Short by) {}

    Kind(Key key, Shares shares) {
        this.key = key;
        this.shares = shares;
        itself = Optional.of(this);
    }

    Key key() {
        return key;
    }

    /** The same object for all its gangs. */
    Optional<Kind> itself() {
        return itself;
    }

    Queue.Line line() {
        return key.line();
    }

    void add(Place place) {
        rows.computeIfAbsent(place.priority(), p -> new Row(new Rank(key.line(), key.subTenant(), p), shares))
                .add(place);
        untold.add(place);
    }

    void remove(Place place) {
        Row row = rows.get(place.priority());
        if (row != null) {
            row.remove(place);
            if (row.isEmpty()) {
                rows.remove(place.priority());
            }
        }
        untold.remove(place);
    }

    Map<Integer, Row> rows() {
        return rows;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    int size() {
        return rows.values().stream().mapToInt(Row::size).sum();
    }

    /** GPUs with which its gangs may start. */
    long leastGpus() {
        return lastRow().first().spec().leastGpus();
    }

    int countBefore(Position there) {
        return rows.values().stream().mapToInt(row -> row.countBefore(there)).sum();
    }

    /** Whether some of its gangs go behind one that stands there as their sub-tenant has more of its share than that one's. */
    boolean isBehindByShare(Position there) {
        Row row = rows.get(there.priority());
        return row != null && row.rank().competesByShare(there.rank()) && row.countBefore(there) < row.size();
    }

    /** The row whose last gang is the last of all. */
    Row lastRow() {
        return rows.values().stream()
                .max(Comparator.comparing(Row::positionOfLast))
                .orElseThrow();
    }

    Optional<Verdict> verdict() {
        return verdict;
    }

    void refuse(Verdict refused) {
        verdict = Optional.of(refused);
    }

    /** Whether its gangs accept lent GPUs, but others rather. */
    boolean mayBorrowInstead() {
        return key.line().tier() != Tier.SPOT && key.asked().tiers().contains(Tier.SPOT);
    }

    Optional<Verdict> unlent() {
        return unlent;
    }

    /** None of its gangs has a place that is not lent. */
    void refuseUnlent(Verdict refused) {
        unlent = Optional.of(refused);
    }

    /** What was said last of a place that is lent, or of one that is not. */
    Optional<Standing> last(boolean lent) {
        return lent ? lastLent : lastUnlent;
    }

    void remember(boolean lent, Standing standing) {
        if (lent) {
            lastLent = Optional.of(standing);
        } else {
            lastUnlent = Optional.of(standing);
        }
    }

    /** Whether some of its gangs do not know yet why they wait. */
    boolean hasUntold() {
        return !untold.isEmpty();
    }

    /** Something may fit now that did not. */
    void hope() {
        hopeForLent();
        unlent = Optional.empty();
    }

    /** The same, but only of what is lent. */
    void hopeForLent() {
        verdict = Optional.empty();
    }

    /** Those that do not know yet that they wait for a reason of this code. */
    List<Gang> takeUntold(Reason.Code code) {
        if (told.filter(code::equals).isPresent()) {
            return untold.take();
        }
        told = Optional.of(code);
        untold.clear();
        List<Gang> all = new ArrayList<>(size());
        rows.values().forEach(row -> row.addGangsTo(all));
        return all;
    }
}
