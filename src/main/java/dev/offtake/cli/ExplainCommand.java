package dev.offtake.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code offtake explain}: says where work is and why, or why it waits. */
final class ExplainCommand implements Callable<Integer> {
    private static final int EXPLAINED = 0;
    private static final int UNKNOWN = 1;

    private final PositionalParamSpec work = PositionalParamSpec.builder()
            .paramLabel("<namespace>/<name>")
            .description("A Job, a GPUWorkload (gpuwl) or a pod.")
            .required(true)
            .build();

    private final KubeconfigArgs cluster = new KubeconfigArgs();
    private final LogArgs log = new LogArgs();
    private final CommandSpec spec;

    ExplainCommand() {
        spec = CommandSpecs.of(
                "explain",
                this,
                "Says where a gang is and what decided among the places that had room for it, or why it waits. Reads the"
                        + " GPUWorkload and the pod, and changes nothing. Who may read these may ask.");
        spec.usageMessage()
                .footer(
                        "  offtake explain train/pretrain",
                        "      a Job",
                        "  offtake explain train/pretrain-0-x7k2p",
                        "      a pod: its gang, or what its claim tells where it is placed alone",
                        "",
                        "Exit codes: 0 it was explained, 1 nothing is known of it, 2 it could not look or tell.");
        spec.addPositional(work);
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
        String asked = work.getValue();
        String[] names = asked.split("/", -1);
        if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "'" + asked + "' is no <namespace>/<name>: write for example train/pretrain");
        }
        return cluster.look(spec, client -> tell(client, names[0], names[1], spec.commandLine()));
    }

    private static int tell(KubernetesClient client, String namespace, String name, CommandLine command) {
        List<String> lines = new PlaceAnswer(client).of(namespace, name);
        if (lines.isEmpty()) {
            command.getErr()
                    .println("offtake: no GPUWorkload and no GPU pod of that name is known in namespace " + namespace
                            + ": " + name);
            command.getErr().flush();
            return UNKNOWN;
        }
        lines.forEach(command.getOut()::println);
        command.getOut().flush();
        return EXPLAINED;
    }
}
