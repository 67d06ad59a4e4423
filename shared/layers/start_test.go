package layers

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A source is one type-checked package.
type source struct {
	fset  *token.FileSet
	files []*ast.File
	info  *types.Info
}

// violations finds what runs in s before main. func init is among it:
// see RATIONALE: why-func-init-is-forbidden.
func (r startRule) violations(s source) []string {
	var out []string
	for _, file := range s.files {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					out = append(out, r.describe(s, d, "func init runs"))
				}
			case *ast.GenDecl:
				out = append(out, r.inVars(s, d)...)
			}
		}
	}
	return out
}

func (r startRule) inVars(s source, d *ast.GenDecl) []string {
	if d.Tok != token.VAR {
		return nil
	}
	var out []string
	for _, spec := range d.Specs {
		spec := spec.(*ast.ValueSpec)
		for _, value := range spec.Values {
			for _, call := range r.calls(s, value) {
				out = append(out, r.describe(s, call, "var "+spec.Names[0].Name+" calls "+types.ExprString(call.Fun)))
			}
		}
	}
	return out
}

func (r startRule) describe(s source, n ast.Node, what string) string {
	at := s.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d: %s before main: %s", at.Filename, at.Line, what, r.reason)
}

// calls lists the calls that evaluating value makes. The body of a function
// literal is not evaluated; calling the literal is.
func (r startRule) calls(s source, value ast.Expr) []*ast.CallExpr {
	var out []*ast.CallExpr
	ast.Inspect(value, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if !s.isFree(n) && !slices.Contains(r.allow, s.callee(n)) {
				out = append(out, n)
			}
		}
		return true
	})
	return out
}

// isFree holds for what looks like a call and costs nothing at start-up:
// conversions, constants such as len("abc"), and new.
func (s source) isFree(call *ast.CallExpr) bool {
	fun := s.info.Types[call.Fun]
	if fun.IsType() || s.info.Types[call].Value != nil {
		return true
	}
	return fun.IsBuiltin() && types.ExprString(call.Fun) == "new"
}

// callee is the called function's full name, "errors.New", or "" if it has none.
func (s source) callee(call *ast.CallExpr) string {
	selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	f, ok := s.info.Uses[selector.Sel].(*types.Func)
	if !ok {
		return ""
	}
	return f.FullName()
}
