//go:build !purego

#include "textflag.h"

// see RATIONALE: why-assembly-by-hand

// Registers of both kernels:
//
//	DI  row of the document's token     SI  the query, as it is packed
//	R11 its scale                       BX  best of the group
//	R12 tokens left                     CX  groups left
//	AX  place in the row                DX  steps left
//	R13 bytes of a row
//	Y4 to Y7 sums of the group's four tokens, eight int32 each

// ADD_NIBBLES adds products of 64 values with one token of the query to eight
// int16. Y8 and Y9 hold the document's low and high nibbles, unsigned up to 15.
// A product of two pairs is at most 2·15·127 = 3810, so eight of them, 30,480,
// fit: that is four steps, or 256 dimensions.
#define ADD_NIBBLES(at, sum) \
	VPMADDUBSW at(SI), Y8, Y12    \
	VPMADDUBSW at+32(SI), Y9, Y13 \
	VPADDW     Y12, sum, sum      \
	VPADDW     Y13, sum, sum

// PART parts 32 bytes in Y8 into nibbles and multiplies them.
#define PART \
	VPSRLW $4, Y8, Y9   \
	VPAND  Y10, Y8, Y8  \
	VPAND  Y10, Y9, Y9  \
	ADD_NIBBLES(0, Y0)  \
	ADD_NIBBLES(64, Y1) \
	ADD_NIBBLES(128, Y2) \
	ADD_NIBBLES(192, Y3) \
	ADDQ   $256, SI

// WIDEN adds a sum of int16 to one of int32. Y11 holds ones.
#define WIDEN(narrow, wide) \
	VPMADDWD Y11, narrow, narrow \
	VPADDD   narrow, wide, wide

// REDUCE leaves the four sums in X4.
#define REDUCE \
	VPHADDD      Y5, Y4, Y4 \
	VPHADDD      Y7, Y6, Y6 \
	VPHADDD      Y6, Y4, Y4 \
	VEXTRACTI128 $1, Y4, X5 \
	VPADDD       X5, X4, X4

// RAISE multiplies the sums in X4 by the scale in X15 and keeps what is larger
// than before. Of equal values the earlier one stays, as in Go.
#define RAISE \
	VCVTDQ2PS X4, X4       \
	VMULPS    X15, X4, X4  \
	VMAXPS    (BX), X4, X4 \
	VMOVUPS   X4, (BX)

// func bestNibblesAVX2(best *float32, query *byte, bias *int32, groups int, values, scales *byte, tokens, row int)
TEXT ·bestNibblesAVX2(SB), NOSPLIT, $0-64
	MOVQ values+32(FP), DI
	MOVQ scales+40(FP), R11
	MOVQ tokens+48(FP), R12
	MOVQ row+56(FP), R13

	// Y10: 15 in every byte. Y11: 1 in every int16.
	VPCMPEQW Y11, Y11, Y11
	VPSRLW   $15, Y11, Y11
	VPCMPEQB Y10, Y10, Y10
	VPSRLW   $12, Y10, Y10
	VPSLLW   $8, Y10, Y9
	VPOR     Y9, Y10, Y10

token:
	MOVQ         best+0(FP), BX
	MOVQ         query+8(FP), SI
	MOVQ         bias+16(FP), R8
	MOVQ         groups+24(FP), CX
	VBROADCASTSS (R11), X15

group:
	MOVQ  DI, AX
	MOVQ  R13, R9
	SHRQ  $5, R9
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7

	// R9: steps of the row that are left. Four at most before WIDEN.
chunk:
	VPXOR   Y0, Y0, Y0
	VPXOR   Y1, Y1, Y1
	VPXOR   Y2, Y2, Y2
	VPXOR   Y3, Y3, Y3
	MOVQ    $4, DX
	CMPQ    R9, DX
	CMOVQLT R9, DX
	SUBQ    DX, R9
	TESTQ   DX, DX
	JZ      half

step:
	VMOVDQU (AX), Y8
	PART
	ADDQ    $32, AX
	DECQ    DX
	JNZ     step
	WIDEN(Y0, Y4)
	WIDEN(Y1, Y5)
	WIDEN(Y2, Y6)
	WIDEN(Y3, Y7)
	TESTQ   R9, R9
	JNZ     chunk
	VPXOR   Y0, Y0, Y0
	VPXOR   Y1, Y1, Y1
	VPXOR   Y2, Y2, Y2
	VPXOR   Y3, Y3, Y3

	// Half a step, where the row is no multiple of 32 bytes. The upper half of
	// the register is zeros, and so is what it meets of the query.
half:
	TESTQ   $16, R13
	JZ      sum
	VMOVDQU (AX), X8
	PART
	WIDEN(Y0, Y4)
	WIDEN(Y1, Y5)
	WIDEN(Y2, Y6)
	WIDEN(Y3, Y7)

sum:
	REDUCE
	VPADDD (R8), X4, X4
	RAISE
	ADDQ   $16, BX
	ADDQ   $16, R8
	DECQ   CX
	JNZ    group

	ADDQ $4, R11
	ADDQ R13, DI
	DECQ R12
	JNZ  token
	VZEROUPPER
	RET

// ADD_BYTES adds products of 32 values with one token of the query to eight
// int32: at most 1024·127·128 < 2²⁴. Y8 and Y9 hold the document's, 16 each.
#define ADD_BYTES(at, sum) \
	VPMADDWD at(SI), Y8, Y12    \
	VPMADDWD at+32(SI), Y9, Y13 \
	VPADDD   Y12, sum, sum      \
	VPADDD   Y13, sum, sum

// func bestBytesAVX2(best *float32, query *byte, groups int, values, scales *byte, tokens, row int)
TEXT ·bestBytesAVX2(SB), NOSPLIT, $0-56
	MOVQ values+24(FP), DI
	MOVQ scales+32(FP), R11
	MOVQ tokens+40(FP), R12
	MOVQ row+48(FP), R13

token:
	MOVQ         best+0(FP), BX
	MOVQ         query+8(FP), SI
	MOVQ         groups+16(FP), CX
	VBROADCASTSS (R11), X15

group:
	MOVQ  DI, AX
	MOVQ  R13, DX
	SHRQ  $5, DX
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7

step:
	VPMOVSXBW (AX), Y8
	VPMOVSXBW 16(AX), Y9
	ADD_BYTES(0, Y4)
	ADD_BYTES(64, Y5)
	ADD_BYTES(128, Y6)
	ADD_BYTES(192, Y7)
	ADDQ      $256, SI
	ADDQ      $32, AX
	DECQ      DX
	JNZ       step

	REDUCE
	RAISE
	ADDQ $16, BX
	DECQ CX
	JNZ  group

	ADDQ $4, R11
	ADDQ R13, DI
	DECQ R12
	JNZ  token
	VZEROUPPER
	RET
