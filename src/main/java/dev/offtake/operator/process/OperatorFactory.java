package dev.offtake.operator.process;

/** Makes the working part of the operator. */
@FunctionalInterface
public interface OperatorFactory {
    /** Makes it, without starting anything. */
    OperatorRuntime create(OperatorContext context);
}
