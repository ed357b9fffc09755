package dev.offtake.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code offtake explain}: says where work is and why, or why it waits. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        description = {
            "Says where a gang is and what decided among the places that had room for it, or why it waits. Reads the"
                    + " GPUWorkload and the pod, and changes nothing. Who may read these may ask."
        },
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  offtake explain train/pretrain",
            "      a Job",
            "  offtake explain train/pretrain-0-x7k2p",
            "      a pod: its gang, or what its claim tells where it is placed alone",
            "",
            "Exit codes: 0 it was explained, 1 nothing is known of it, 2 it could not look."
        })
final class ExplainCommand implements Callable<Integer> {
    private static final int EXPLAINED = 0;
    private static final int UNKNOWN = 1;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "<namespace>/<name>", description = "A Job, a GPUWorkload (gpuwl) or a pod.")
    private String work = "";

    @ArgGroup(validate = false, order = 1, heading = "%nCluster:%n")
    private KubeconfigArgs cluster = new KubeconfigArgs();

    @ArgGroup(validate = false, order = 2, heading = "%nLog:%n")
    private LogArgs log = new LogArgs();

    @Override
    public Integer call() {
        log.apply();
        CommandSpec command = Objects.requireNonNull(spec);
        String[] names = work.split("/", -1);
        if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "'" + work + "' is no <namespace>/<name>: write for example train/pretrain");
        }
        return cluster.look(command, client -> tell(client, names[0], names[1], command.commandLine()));
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
