package dev.offtake.sim.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions by descent, a method for each rank of operators. */
final class Parser {
    private static final List<Set<String>> RANKS =
            List.of(Set.of("==", "!=", "<", "<=", ">", ">=", "in"), Set.of("+", "-"), Set.of("*", "/", "%"));

    private final Tokens tokens;

    Parser(String text) {
        tokens = new Tokens(text);
    }

    Expression whole() {
        Expression expression = expression();
        if (!tokens.isEmpty()) {
            throw tokens.unexpected();
        }
        return expression;
    }

    private Expression expression() {
        Expression condition = or();
        if (!tokens.take("?")) {
            return condition;
        }
        Expression yes = or();
        tokens.expect(":");
        Expression no = expression();
        return names -> Operators.isTrue(condition.value(names)) ? yes.value(names) : no.value(names);
    }

    private Expression or() {
        Expression left = and();
        while (tokens.take("||")) {
            Expression before = left;
            Expression right = and();
            left = names -> Operators.isTrue(before.value(names)) || Operators.isTrue(right.value(names));
        }
        return left;
    }

    private Expression and() {
        Expression left = binary(0);
        while (tokens.take("&&")) {
            Expression before = left;
            Expression right = binary(0);
            left = names -> Operators.isTrue(before.value(names)) && Operators.isTrue(right.value(names));
        }
        return left;
    }

    private Expression binary(int rank) {
        if (rank == RANKS.size()) {
            return unary();
        }
        Expression left = binary(rank + 1);
        while (RANKS.get(rank).contains(tokens.next())) {
            String operator = tokens.take();
            Expression before = left;
            Expression right = binary(rank + 1);
            left = names -> Operators.apply(operator, before.value(names), right.value(names));
        }
        return left;
    }

    private Expression unary() {
        if (tokens.take("!")) {
            Expression of = unary();
            return names -> !Operators.isTrue(of.value(names));
        }
        if (tokens.take("-")) {
            Expression of = unary();
            return names -> -Operators.number(of.value(names));
        }
        return member();
    }

    private Expression member() {
        Expression of = primary();
        while (true) {
            if (tokens.take(".")) {
                String name = tokens.name();
                of = tokens.take("(") ? call(of, name) : new Expression.Field(of, name);
            } else if (tokens.take("[")) {
                Expression list = of;
                Expression index = expression();
                tokens.expect("]");
                of = names ->
                        Functions.entries(list.value(names)).get(Math.toIntExact(Operators.number(index.value(names))));
            } else {
                return of;
            }
        }
    }

    private Expression call(Expression of, String name) {
        if (Macros.isOne(name)) {
            String entry = tokens.name();
            tokens.expect(",");
            return Macros.of(name, of, entry, expressions(")"));
        }
        if (!Functions.isOfAValue(name)) {
            throw new IllegalArgumentException("no such function: " + name);
        }
        List<Expression> arguments = expressions(")");
        return names -> Functions.call(name, of.value(names), values(arguments, names));
    }

    private Expression primary() {
        if (tokens.take("(")) {
            Expression inner = expression();
            tokens.expect(")");
            return inner;
        }
        if (tokens.take("[")) {
            List<Expression> entries = expressions("]");
            return names -> values(entries, names);
        }
        if (tokens.isLiteral()) {
            Object literal = tokens.literal();
            return names -> literal;
        }
        String name = tokens.name();
        return tokens.take("(") ? call(name) : new Name(name);
    }

    private Expression call(String name) {
        List<Expression> arguments = expressions(")");
        if (arguments.size() == 1 && name.equals("has") && arguments.get(0) instanceof Expression.Field field) {
            return field::isThere;
        }
        if (arguments.size() != 1 || !Functions.isGlobal(name)) {
            throw new IllegalArgumentException("no such function: " + name);
        }
        return names -> Functions.call(name, arguments.get(0).value(names));
    }

    private List<Expression> expressions(String end) {
        List<Expression> expressions = new ArrayList<>();
        if (tokens.take(end)) {
            return expressions;
        }
        do {
            expressions.add(expression());
        } while (tokens.take(","));
        tokens.expect(end);
        return expressions;
    }

    private static List<Object> values(List<Expression> expressions, Map<String, Object> names) {
        return expressions.stream().map(expression -> expression.value(names)).toList();
    }

    /** What a name stands for. */
    private record Name(String name) implements Expression {
        @Override
        public Object value(Map<String, Object> names) {
            Object value = names.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no such name: " + name);
            }
            return value;
        }
    }
}
