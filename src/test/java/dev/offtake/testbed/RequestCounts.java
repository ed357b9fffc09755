package dev.offtake.testbed;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many requests the API server has answered since its start, from its own metric {@code apiserver_request_total}:
 * all users together, so take the difference of two readings around what is to be measured.
 */
public final class RequestCounts {
    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE", "DELETECOLLECTION", "APPLY");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final String METRIC = "apiserver_request_total{";

    private final Map<Key, Long> counts;

    /**
     * One kind of request.
     *
     * @param verb as the metric writes it: {@code POST}, {@code PUT}, {@code PATCH}, {@code APPLY}, {@code DELETE},
     *     {@code GET}, {@code LIST}, {@code WATCH}
     * @param resource plural, e.g. {@code pods}
     * @param subresource e.g. {@code status} or {@code binding}, empty for none
     * @param code the HTTP status
     */
    public record Key(String verb, String resource, String subresource, String code) implements Comparable<Key> {
        public boolean isWrite() {
            return WRITES.contains(verb);
        }

        @Override
        public int compareTo(Key other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return verb + " " + resource + (subresource.isEmpty() ? "" : "/" + subresource) + " " + code;
        }
    }

    private RequestCounts(Map<Key, Long> counts) {
        this.counts = counts;
    }

    static RequestCounts parse(String metrics) {
        Map<Key, Long> counts = new TreeMap<>();
        metrics.lines().filter(line -> line.startsWith(METRIC)).forEach(line -> {
            int end = line.lastIndexOf('}');
            Map<String, String> labels = new TreeMap<>();
            Matcher matcher = LABEL.matcher(line.substring(0, end));
            while (matcher.find()) {
                labels.put(matcher.group(1), matcher.group(2));
            }
            Key key = new Key(
                    labels.getOrDefault("verb", ""),
                    labels.getOrDefault("resource", ""),
                    labels.getOrDefault("subresource", ""),
                    labels.getOrDefault("code", ""));
            long value = (long) Double.parseDouble(line.substring(end + 1).trim());
            counts.merge(key, value, Long::sum);
        });
        return new RequestCounts(counts);
    }

    /** What was added since an earlier reading; kinds without change are left out. */
    public RequestCounts since(RequestCounts earlier) {
        Map<Key, Long> difference = new TreeMap<>();
        counts.forEach((key, count) -> {
            long added = count - earlier.counts.getOrDefault(key, 0L);
            if (added != 0) {
                difference.put(key, added);
            }
        });
        return new RequestCounts(difference);
    }

    public long count(Predicate<Key> which) {
        return counts.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Writes of one resource; {@code subresource} empty for the resource itself. */
    public long writes(String resource, String subresource) {
        return count(key -> key.isWrite()
                && key.resource().equals(resource)
                && key.subresource().equals(subresource));
    }

    /** All writes but those of Events and Leases. */
    public long writes() {
        return count(key -> key.isWrite()
                && !key.resource().equals("events")
                && !key.resource().equals("leases"));
    }

    /** One line for each kind of request, for messages of assertions. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach(
                (key, count) -> text.append(key).append(": ").append(count).append('\n'));
        return text.toString();
    }
}
