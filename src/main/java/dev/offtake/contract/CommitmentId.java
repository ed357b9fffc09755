package dev.offtake.contract;

/** Names a commitment across contracts. */
public record CommitmentId(String contract, String commitment) implements Comparable<CommitmentId> {
    @Override
    public int compareTo(CommitmentId other) {
        int byContract = contract.compareTo(other.contract);
        return byContract != 0 ? byContract : commitment.compareTo(other.commitment);
    }

    @Override
    public String toString() {
        return contract + "/" + commitment;
    }
}
