/**
 * GPUPools and TenantContracts: hands what is right about them to the deciding thread, and writes into their status what
 * that thread made of them.
 */
@NullMarked
package dev.offtake.operator.reconcile;

import org.jspecify.annotations.NullMarked;
