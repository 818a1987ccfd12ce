------------------------------- MODULE MCAbd --------------------------------
(* The constants of Abd that a configuration cannot write down: scripts. *)

EXTENDS Abd, TLC

OneProcess      == 0 :> <<"a", Read>>
WriteAndRead    == 0 :> <<"a">> @@ 1 :> <<Read>> @@ 2 :> <<>>
TwiceAndOnce    == 0 :> <<"a", "b">> @@ 1 :> <<Read>> @@ 2 :> <<>>
TwoReaders      == 0 :> <<"a">> @@ 1 :> <<Read>> @@ 2 :> <<Read>>
TwoWriters      == 0 :> <<"a">> @@ 1 :> <<"b">> @@ 2 :> <<>>
WriterAndReader == 0 :> <<"a">> @@ 1 :> <<"b", Read>>

\* In the grid with the rows {0, 1} and {2, 3}: the reader is in another row and another column than the writer.
CornerToCorner == 0 :> <<"a">> @@ 1 :> <<>> @@ 2 :> <<>> @@ 3 :> <<Read>>

=============================================================================
