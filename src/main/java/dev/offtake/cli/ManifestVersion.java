package dev.offtake.cli;

import dev.offtake.operator.process.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class ManifestVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"offtake " + Version.current() + " (Java " + Runtime.version() + ")"};
    }
}
