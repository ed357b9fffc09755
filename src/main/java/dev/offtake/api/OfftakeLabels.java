package dev.offtake.api;

/** Keys of the labels under {@code offtake.dev/}. */
public final class OfftakeLabels {
    /** Prefix of every key of ours, on labels as on annotations. */
    public static final String PREFIX = "offtake.dev/";

    /** On a namespace: the tenant whose contracts serve it. */
    public static final String TENANT = PREFIX + "tenant";

    /** On a namespace: the one contract to draw on; without it all contracts of the tenant. */
    public static final String CONTRACT = PREFIX + "contract";

    /** On a namespace: the sub-tenant for which it competes inside a contract that lists sub-tenants. */
    public static final String SUB_TENANT = PREFIX + "sub-tenant";

    /** On pods: the name of the gang that bare pods form together, or that the operator put them into. */
    public static final String WORKLOAD = PREFIX + "workload";

    /** On a namespace, value {@code "true"}: belongs to the platform, its pods are never gated. */
    public static final String SYSTEM = PREFIX + "system";

    /** On a namespace: {@code Enforce} or {@code Report}, whatever is usual in the cluster. */
    public static final String ENFORCEMENT = PREFIX + "enforcement";

    private OfftakeLabels() {}
}
