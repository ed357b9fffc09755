package dev.offtake.operator.reconcile;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.Pool;

/**
 * Where pools and contracts go that may be decided upon. Called from several threads, for one name in the order of its
 * changes; a call hands over and returns. What is already as told may be told again.
 */
public interface Inbox {
    /** Adds or replaces a pool. */
    void putPool(Pool pool);

    /** Removes a pool, if there is one of this name. */
    void removePool(String name);

    /** Adds or replaces a contract whose admission is durable. */
    void putContract(Contract contract);

    /** Removes a contract, if there is one of this name. */
    void removeContract(String name);
}
