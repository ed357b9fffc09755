package dev.offtake.cli;

import java.io.File;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives each option the value of its environment variable: {@code --http-port} that of {@code OFFTAKE_HTTP_PORT}. */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String PREFIX = "OFFTAKE_";
    private static final String KUBECONFIG = "KUBECONFIG";

    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The variable of an option. */
    static String variable(OptionSpec option) {
        return variable(option.longestName());
    }

    /** @param option its name with dashes */
    static String variable(String option) {
        String name = option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
        return name.equals(KUBECONFIG) ? KUBECONFIG : PREFIX + name;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return null;
        }
        String variable = variable(option);
        String value = environment.get(variable);
        if (value == null || value.isEmpty()) {
            return null;
        }
        // Several files are merged by the client, which reads the variable itself.
        return variable.equals(KUBECONFIG) && value.contains(File.pathSeparator) ? null : value;
    }
}
