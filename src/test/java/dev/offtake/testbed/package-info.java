/**
 * The test bed: a real control plane in child processes, a stand-in for kubelets, and fleets of nodes to try them on.
 *
 * <pre>{@code
 * @OnControlPlane
 * class PlacementIT {
 *     @Test
 *     void aLonePodIsPlaced(ControlPlane controlPlane, KubernetesClient admin, Sandbox sandbox) {
 *         LiveFleet fleet = fleet().racks(4).traysPerRack(18).gpusPerTray(4).vocabulary("nebius").create(sandbox);
 *         String train = sandbox.namespace("train", Map.of("offtake.dev/tenant", "acme"));
 *         sandbox.create(pool(sandbox.name("pool"), sandbox.nodeLabel()));
 *         ...
 *         fleet.cordon(fleet.node(0, 3));
 *     }
 * }
 * }</pre>
 *
 * <p>All test classes of a JVM share one control plane; what must differ between tests comes from the {@link
 * dev.offtake.testbed.Sandbox}.
 */
@NullMarked
package dev.offtake.testbed;

import org.jspecify.annotations.NullMarked;
