package dev.offtake.testbed;

/**
 * What a command gave back.
 *
 * @param command the command line, for messages
 */
public record CommandResult(String command, int exitCode, String stdout, String stderr) {

    public boolean isSuccess() {
        return exitCode == 0;
    }

    /**
     * The standard output of a command that must succeed.
     *
     * @throws AssertionError with all that it wrote if it failed
     */
    public String orFail() {
        if (!isSuccess()) {
            throw new AssertionError(this);
        }
        return stdout;
    }

    @Override
    public String toString() {
        return command + "\nexit code " + exitCode + "\n" + stdout + stderr;
    }
}
