package dev.offtake.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the commands have in common. */
final class CommandSpecs {
    private CommandSpecs() {}

    /** A sub-command that has no options yet. */
    static CommandSpec of(String name, Callable<Integer> command, String description) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(name);
        spec.usageMessage()
                .description(description)
                .sortOptions(false)
                .abbreviateSynopsis(true)
                .autoWidth(true)
                .parameterListHeading("%n")
                .optionListHeading("%n")
                .footerHeading("%nExamples:%n");
        return spec;
    }

    /** Those of picocli's {@code mixinStandardHelpOptions}, which are found by reflection. */
    static void addHelpAndVersion(CommandSpec command) {
        command.versionProvider(new ManifestVersion())
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print version information and exit.")
                        .build());
    }
}
