package dev.offtake.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Those of a kind that do not know yet why they wait, in the order in which they came.
 *
 * <p>A list from which those that go are left out later: with a set each of very many gangs would be hashed, put and
 * taken out once for nothing, as all are told together.
 */
final class Untold {
    private List<Place> places = new ArrayList<>();
    /** Of the places those that are untold still. */
    private int count;
    /** How often all were told: what stands in a place is out of date at once, without a look at each. */
    private int times;

    boolean isEmpty() {
        return count == 0;
    }

    private boolean isUntold(Place place) {
        return place.untoldSince() == times;
    }

    void add(Place place) {
        place.untoldSince(times);
        places.add(place);
        count++;
    }

    /** Of one that may know already. */
    void remove(Place place) {
        if (!isUntold(place)) {
            return;
        }
        place.untoldSince(-1);
        count--;
        // Not for each, or one that leaves would cost what all others do.
        if (places.size() > 2 * count) {
            places.removeIf(each -> !isUntold(each));
        }
    }

    /** Those that are left; none is untold from then on. */
    List<Gang> take() {
        List<Gang> gangs = new ArrayList<>(count);
        for (Place place : places) {
            if (isUntold(place)) {
                gangs.add(place.gang());
            }
        }
        clear();
        return gangs;
    }

    /** All know. */
    void clear() {
        times++;
        // Not its room either: seldom do as many come again at once.
        places = new ArrayList<>();
        count = 0;
    }
}
