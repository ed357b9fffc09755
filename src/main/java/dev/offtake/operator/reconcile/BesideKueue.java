package dev.offtake.operator.reconcile;

/**
 * A namespace of a contract in which Kueue manages work.
 *
 * @param example one object that it manages, such as {@code Job pretrain}
 * @param enforced whether the contract places work there as well
 */
public record BesideKueue(String namespace, String example, boolean enforced) {}
