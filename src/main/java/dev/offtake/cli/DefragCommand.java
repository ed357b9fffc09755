package dev.offtake.cli;

import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.api.TenantContractSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code offtake defrag}: prints what would have to be moved for gangs that wait for whole cells. */
final class DefragCommand implements Callable<Integer> {
    private static final int FINE = 0;
    private static final int UNKNOWN = 1;
    private static final String ROW = "%-24s %-40s %6s %-9s %9s  %s%n";

    private final PositionalParamSpec named = PositionalParamSpec.builder()
            .arity("0..1")
            .paramLabel("<pool>")
            .description("Name of a GPUPool. Default: all.")
            .build();

    private final KubeconfigArgs cluster = new KubeconfigArgs();
    private final LogArgs log = new LogArgs();
    private final CommandSpec spec;

    DefragCommand() {
        spec = CommandSpecs.of(
                "defrag",
                this,
                "Prints what would have to be moved so that gangs that wait for whole cells have their place: which gangs,"
                        + " from where to where, and what work that loses. The operator proposes it in the status of"
                        + " GPUPools; this reads it, and changes nothing. What every commitment concerned allows"
                        + " (moves: WithNotice) is done by itself and does not stay here.");
        spec.usageMessage()
                .footer(
                        "  offtake defrag",
                        "      all pools",
                        "  offtake defrag vineland-gb300",
                        "      one of them",
                        "",
                        "Exit codes: 0 it could look, 1 there is no such pool, 2 it could not look or tell.");
        spec.addPositional(named);
        cluster.addTo(spec, "Cluster");
        log.addTo(spec, "Log");
        CommandSpecs.addHelpAndVersion(spec);
        spec.exitCodeOnExecutionException(KubeconfigArgs.CANNOT_LOOK);
    }

    CommandSpec spec() {
        return spec;
    }

    @Override
    public Integer call() {
        log.apply();
        return cluster.look(spec, client -> tell(client, spec.commandLine()));
    }

    private int tell(KubernetesClient client, CommandLine command) {
        @Nullable String pool = named.getValue();
        List<GPUPool> pools = client.resources(GPUPool.class).list().getItems().stream()
                .filter(p -> pool == null || pool.equals(p.getMetadata().getName()))
                .sorted(Comparator.comparing((GPUPool p) -> p.getMetadata().getName()))
                .toList();
        if (pools.isEmpty() && pool != null) {
            command.getErr().println("offtake: there is no GPUPool " + pool);
            command.getErr().flush();
            return UNKNOWN;
        }
        print(pools, command.getOut());
        return FINE;
    }

    static void print(List<GPUPool> pools, PrintWriter out) {
        boolean any = false;
        for (GPUPool of : pools) {
            for (GPUPoolStatus.Defragmentation plan : Optional.ofNullable(of.getStatus())
                    .map(GPUPoolStatus::defragmentation)
                    .orElse(List.of())) {
                if (!any) {
                    out.printf(Locale.ROOT, ROW, "POOL", "WORKLOAD", "GPUS", "ALLOWED", "LOST-H", "WHAT");
                }
                any = true;
                print(of.getMetadata().getName(), plan, out);
            }
        }
        if (!any) {
            out.println("nothing is proposed: no Reserved gang has waited for a minute for whole cells that moves would"
                    + " make");
        }
        out.flush();
    }

    private static void print(String pool, GPUPoolStatus.Defragmentation plan, PrintWriter out) {
        boolean allowed = plan.moves().stream().allMatch(DefragCommand::isAllowed);
        String spot = plan.evicted() == 0 ? "" : ", and " + plan.evicted() + " with Spot GPUs to evict";
        out.printf(
                Locale.ROOT,
                ROW,
                pool,
                plan.workload(),
                plan.gpus(),
                allowed ? "yes" : "no",
                plan.lostGpuHours(),
                "waits since " + plan.since() + " (" + plan.reason() + "): would get " + names(plan.nodes()) + ", with "
                        + plan.moved() + (plan.moved() == 1 ? " gang" : " gangs") + " to move" + spot);
        for (GPUPoolStatus.Move move : plan.moves()) {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    "",
                    "  move " + move.workload(),
                    move.gpus(),
                    isAllowed(move) ? "yes" : "no",
                    move.lostGpuHours(),
                    "of " + move.contract() + "/" + move.commitment() + " from " + names(move.from()) + " to "
                            + names(move.to()));
        }
    }

    private static boolean isAllowed(GPUPoolStatus.Move move) {
        return move.moves() == TenantContractSpec.Moves.WITH_NOTICE;
    }

    private static String names(List<String> nodes) {
        int some = 4;
        return nodes.size() <= some
                ? String.join(", ", nodes)
                : String.join(", ", nodes.subList(0, some)) + " and more";
    }
}
