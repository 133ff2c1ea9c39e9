"""Operations of one subject each."""
