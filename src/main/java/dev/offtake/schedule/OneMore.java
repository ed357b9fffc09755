package dev.offtake.schedule;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of a reason with one more behind them. What very many gangs are told alike is there once for all of them; and
 * what each is told of its own becomes text only when it is read.
 */
final class OneMore extends AbstractMap<String, String> {
    private final Map<String, String> others;
    private final String name;
    private final Object value;

    /**
     * @param others change no more, and have no number of this name
     * @param value as it spells itself, now and later
     */
    OneMore(Map<String, String> others, String name, Object value) {
        this.others = others;
        this.name = name;
        this.value = value;
    }

    @Override
    public int size() {
        return others.size() + 1;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return name.equals(key) || others.containsKey(key);
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
        return name.equals(key) ? value.toString() : others.get(key);
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return OneMore.this.size();
            }

            @Override
            public Iterator<Map.Entry<String, String>> iterator() {
                return new OthersFirst();
            }
        };
    }

    private final class OthersFirst implements Iterator<Map.Entry<String, String>> {
        private final Iterator<Map.Entry<String, String>> first =
                others.entrySet().iterator();
        private boolean over;

        @Override
        public boolean hasNext() {
            return !over;
        }

        @Override
        public Map.Entry<String, String> next() {
            if (first.hasNext()) {
                return first.next();
            }
            if (over) {
                throw new NoSuchElementException();
            }
            over = true;
            return Map.entry(name, value.toString());
        }
    }
}
