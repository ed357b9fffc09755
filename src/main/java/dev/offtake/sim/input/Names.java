package dev.offtake.sim.input;

import java.util.regex.Pattern;

/** What Kubernetes takes for a name. */
final class Names {
    /** How to write a {@link #isLabel label}, for messages. */
    static final String LABEL = "use at most 63 lower-case letters, digits and -, a letter or digit first and last";

    private static final int MOST_LABEL = 63;
    private static final int MOST_SUBDOMAIN = 253;
    private static final String PART = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?";
    private static final Pattern DNS_LABEL = Pattern.compile(PART);
    private static final Pattern DNS_SUBDOMAIN = Pattern.compile(PART + "(\\." + PART + ")*");
    private static final Pattern QUALIFIED_NAME = Pattern.compile(QUALIFIED);

    private Names() {}

    /** Of a namespace or a tenant. */
    static boolean isLabel(String name) {
        return name.length() <= MOST_LABEL && DNS_LABEL.matcher(name).matches();
    }

    /** Of most other objects. */
    static boolean isSubdomain(String name) {
        return name.length() <= MOST_SUBDOMAIN && DNS_SUBDOMAIN.matcher(name).matches();
    }

    /** Of a Job: its pods carry it in a label. */
    static boolean isJob(String name) {
        return name.length() <= MOST_LABEL && isSubdomain(name);
    }

    /** The key of a label of an object, with a prefix or without. */
    static boolean isLabelKey(String key) {
        int slash = key.indexOf('/');
        return (slash < 0 || isSubdomain(key.substring(0, slash))) && isQualified(key.substring(slash + 1));
    }

    /** The value of a label of an object. */
    static boolean isLabelValue(String value) {
        return value.isEmpty() || isQualified(value);
    }

    private static boolean isQualified(String name) {
        return name.length() <= MOST_LABEL && QUALIFIED_NAME.matcher(name).matches();
    }
}
