package dev.offtake.fleet;

import java.util.List;
import java.util.stream.Stream;

/**
 * The node conditions and taints by which known health monitors call a node bad, as data, each condition with its own
 * polarity.
 *
 * <p>CoreWeave has no entry on purpose: it asks not to build on its node conditions and cordons bad nodes itself.
 */
public final class HealthSignals {
    /** A condition that a monitor sets. */
    public record Condition(String monitor, ConditionSignal signal, String source) {}

    /** A taint that a monitor sets. */
    public record UnhealthyTaint(String monitor, String key, String source) {}

    private static final String NVSENTINEL = "github.com/NVIDIA/NVSentinel docs/INTEGRATIONS.md";
    private static final String EKS = "docs.aws.amazon.com/eks/latest/userguide/node-health.html";
    private static final String AKS = "learn.microsoft.com/azure/aks/node-problem-detector, GPU health monitoring";
    private static final String NEBIUS = "github.com/nebius/soperator internal/consts/conditions.go";

    private static final List<Condition> CONDITIONS = Stream.of(
                    bad(
                            "nvsentinel",
                            NVSENTINEL,
                            "True",
                            "GpuMemWatch",
                            "GpuThermalWatch",
                            "GpuPcieWatch",
                            "GpuPowerWatch",
                            "GpuInforomWatch",
                            "GpuSmWatch",
                            "GpuNvlinkWatch",
                            "GpuMcuWatch",
                            "GpuPmuWatch",
                            "GpuDriverWatch",
                            "SysLogsXIDError",
                            "SysLogsSXIDError",
                            "SysLogsGPUFallenOff",
                            "NVSwitchFatalError",
                            "NVSwitchDown",
                            "DCGMError",
                            "CSPMaintenance"),
                    bad("eks", EKS, "False", "AcceleratedHardwareReady"),
                    bad(
                            "aks",
                            AKS,
                            "True",
                            "GPUMissing",
                            "NVLinkStatusInactive",
                            "XIDErrors",
                            "IBLinkFlapping",
                            "UnhealthyNvidiaDevicePlugin",
                            "VMEventScheduled"),
                    bad(
                            "nebius",
                            NEBIUS,
                            "True",
                            "NebiusMaintenanceScheduled",
                            "HardwareIssuesSuspected",
                            "SoperatorChecksNodeDegraded",
                            "SoperatorChecksNodeMaintenance",
                            "SlurmNodeDrain"))
            .flatMap(List::stream)
            .toList();

    private static final List<UnhealthyTaint> TAINTS = Stream.of(
                    "nvidia.com/gpu-xid-error",
                    "nvidia.com/gpu-nvlink-error",
                    "nvidia.com/syslog-xid-error",
                    "nvidia.com/gpu-error")
            .map(key -> new UnhealthyTaint("nvsentinel", key, NVSENTINEL))
            .toList();

    private HealthSignals() {}

    public static List<Condition> conditions() {
        return CONDITIONS;
    }

    public static List<UnhealthyTaint> taints() {
        return TAINTS;
    }

    /** All preset conditions, for a pool that names none. */
    public static List<ConditionSignal> unhealthyConditions() {
        return CONDITIONS.stream().map(Condition::signal).toList();
    }

    /** Keys of all preset taints, for a pool that names none. */
    public static List<String> unhealthyTaints() {
        return TAINTS.stream().map(UnhealthyTaint::key).toList();
    }

    private static List<Condition> bad(String monitor, String source, String status, String... types) {
        return Stream.of(types)
                .map(type -> new Condition(monitor, new ConditionSignal(type, status), source))
                .toList();
    }
}
