package dev.offtake.sim.cel;

import java.util.HashSet;
import java.util.List;

/** A list whose entries differ in their keys, so that it is equal to one of the same entries in another order. */
public record KeyedList(List<Object> entries) {
    public KeyedList {
        entries = List.copyOf(entries);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyedList list
                && entries.size() == list.entries.size()
                && new HashSet<>(entries).equals(new HashSet<>(list.entries));
    }

    @Override
    public int hashCode() {
        return new HashSet<>(entries).hashCode();
    }
}
